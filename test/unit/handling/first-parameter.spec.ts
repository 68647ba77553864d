import 'reflect-metadata';
import { createParamDecorator, Injectable, type Type } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import {
  ConfigurationException,
  Consumer,
  FedoraMessagingContext,
  FedoraMessagingService,
  Message,
  MessageBody,
  MessageContext,
  MessageSchema,
  OnMessage,
} from '../../../lib/index.js';
import { startApp } from '../../support/application.js';
import { memoryUrl } from '../../support/memory-url.js';

class GreetingBody {
  name!: string;
}

@MessageSchema('test.first.greeting')
class Greeting extends Message {}

@MessageSchema('test.first.greeting.loud')
class LoudGreeting extends Greeting {}

@MessageSchema('test.first.farewell')
class Farewell extends Message {}

const start = (provider: Type) => startApp({ options: { amqpUrl: memoryUrl() }, providers: [provider] });

// The compiler accepts these: it does not see whether a parameter is decorated, and these classes look the same to it.
describe("a method whose first parameter can't be its message", () => {
  @Injectable()
  class ANumber {
    @Consumer()
    onMessage(_n: number): void {}
  }

  @Injectable()
  class ABody {
    @Consumer({ messages: [Greeting] })
    onMessage(_body: GreetingBody, @MessageContext() _context: FedoraMessagingContext): void {}
  }

  @Injectable()
  class OneClass {
    @Consumer()
    onMessage(_message: Greeting): void {}
  }

  @Injectable()
  class AnotherClass {
    @Consumer({ messages: [Greeting, Farewell] })
    onMessage(_message: Greeting): void {}
  }

  @Injectable()
  @Consumer()
  class TooNarrow {
    @OnMessage(Greeting)
    onMessage(_message: LoudGreeting): void {}
  }

  it.each<[Type, text: string]>([
    [
      ANumber,
      'type Number, but the method gets any message: make it a Message, or decorate it, for example with @MessageBody()',
    ],
    [
      ABody,
      'type GreetingBody, but the method gets messages of Greeting: make it a Message, or decorate it, for example with @MessageBody()',
    ],
    [
      OneClass,
      'type Greeting, but the method gets any message: make it a Message, or name the class: messages: [Greeting]',
    ],
    [
      AnotherClass,
      'type Greeting, but the method gets messages of Greeting and Farewell: make it Greeting | Farewell, or Message',
    ],
    [TooNarrow, 'type LoudGreeting, but the method gets messages of Greeting: make it Greeting, or Message'],
  ])('is refused at bootstrap, with the right type in the error: %o', async (provider, text) => {
    await expect(start(provider)).rejects.toThrow(
      expect.objectContaining({
        constructor: ConfigurationException,
        message: `${provider.name}.onMessage: the first parameter is of ${text}`,
      }) as Error,
    );
  });
});

it('a method is accepted as a handler when its first parameter takes its message, or is decorated', async () => {
  const Everything = createParamDecorator(() => 1);

  @Injectable()
  class Right {
    @Consumer()
    nothing(): void {}

    @Consumer()
    aMessage(_message: Message): void {}

    @Consumer()
    anything(_message: unknown): void {}

    @Consumer({ messages: [Greeting] })
    anObject(_message: object): void {}

    @Consumer({ messages: [LoudGreeting] })
    itself(_message: LoudGreeting): void {}

    @Consumer({ messages: [LoudGreeting, Greeting] })
    whatTheyExtend(_message: Greeting): void {}

    @Consumer({ messages: [Greeting, Farewell] })
    aMessageOfTwoClasses(_message: Message): void {}

    @Consumer({ messages: [Greeting, Farewell] })
    aUnion(_message: Greeting | Farewell): void {}

    @Consumer()
    decorated(@MessageBody() _body: GreetingBody): void {}

    // The metadata that the compiler writes for a class imported by `import type`.
    @Reflect.metadata('design:paramtypes', [Function])
    @Consumer()
    importedAsAType(): void {}

    @Consumer()
    decoratedOtherwise(@Everything() _n: number): void {}
  }
  const app = await start(Right);
  expect(app.get(FedoraMessagingService).consumers).toHaveLength(11);
});
