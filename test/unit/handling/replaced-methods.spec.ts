import { Injectable, type PipeTransform } from '@nestjs/common';
import { of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import {
  ConfigurationException,
  Consumer,
  FedoraMessagingService,
  Message,
  MessageBody,
  MessageSchema,
  MessageTopic,
  OnMessage,
  OnPrePublish,
  OnPublished,
  Publisher,
} from '../../../lib/index.js';
import { startApp } from '../../support/application.js';
import { publishAndSettle } from '../../support/handled.js';
import { memoryUrl } from '../../support/memory-url.js';

type Method = (...args: unknown[]) => unknown;
type Replacing = (
  prototype: object,
  name: string | symbol,
  descriptor: PropertyDescriptor,
) => PropertyDescriptor;

/** As tracing and transactions do: replaces the method by another function, without its metadata. */
function Traced(trace: string[]): Replacing {
  return (_prototype, name, descriptor) => {
    const method = descriptor.value as Method;
    return {
      ...descriptor,
      value: function (this: unknown, ...args: unknown[]): unknown {
        trace.push(`traced ${String(name)}`);
        return method.apply(this, args);
      },
    };
  };
}

/** As decorators do that bind methods: replaces the method by a getter. */
const Bound: Replacing = (_prototype, _name, { value }) => ({
  configurable: true,
  get(this: object) {
    return (value as Method).bind(this);
  },
});

@MessageSchema('test.replaced', { topic: 'test.replaced' })
class Replaced extends Message<{ name?: string }> {}

const appWith = (...providers: (new () => object)[]) =>
  startApp({ options: { amqpUrl: memoryUrl() }, providers });

describe('a decorator that replaces the method', () => {
  it.each<[string, (trace: string[]) => Replacing]>([
    ['another function', Traced],
    ['a getter', () => Bound],
  ])('by %s keeps it a handler of @Consumer, with its parameters', async (_, replaced) => {
    const seen: unknown[] = [];
    const upperCase: PipeTransform = { transform: (value: string) => value.toUpperCase() };

    @Injectable()
    class Handler {
      @replaced(seen as string[])
      @Consumer()
      onMessage(@MessageBody('name', upperCase) name: string, @MessageTopic() topic: string): void {
        seen.push(name, topic, this instanceof Handler);
      }
    }
    const app = await appWith(Handler);
    expect(await publishAndSettle(app, new Replaced({ body: { name: 'x' } }))).toMatchObject({
      processed: 1,
    });
    expect(seen.filter((entry) => entry !== 'traced onMessage')).toEqual(['X', 'test.replaced', true]);
  });

  it('keeps handlers of @OnMessage and of signals', async () => {
    const trace: string[] = [];

    @Injectable()
    @Consumer({ unhandled: 'drop' })
    class Handler {
      @Traced(trace)
      @OnMessage(Replaced)
      onReplaced(): void {
        trace.push('handled');
      }

      @Traced(trace)
      @OnPrePublish()
      beforePublish(): void {
        trace.push('published soon');
      }
    }
    const app = await appWith(Handler);
    expect(await publishAndSettle(app, new Replaced())).toMatchObject({ processed: 1, dropped: 0 });
    expect(trace).toEqual(['traced beforePublish', 'published soon', 'traced onReplaced', 'handled']);
  });
});

describe('a subclass that overrides a decorated method without decorating it', () => {
  it('handles the messages of @Consumer, @OnMessage and signals with its own method', async () => {
    const seen: unknown[] = [];

    class BaseConsumer {
      @Consumer()
      onMessage(@MessageTopic() topic: string): void {
        seen.push('base', topic);
      }
    }

    @Injectable()
    class DerivedConsumer extends BaseConsumer {
      override onMessage(topic: string): void {
        seen.push('consumer', topic);
      }
    }

    @Consumer({ unhandled: 'drop' })
    class BaseClass {
      @OnMessage(Replaced)
      onReplaced(_message: Replaced): void {
        seen.push('base');
      }
    }

    @Injectable()
    class DerivedClass extends BaseClass {
      override onReplaced = (_message: Replaced): void => void seen.push('class');
    }

    class BaseSignals {
      @OnPublished()
      published(): void {
        seen.push('base');
      }
    }

    @Injectable()
    class DerivedSignals extends BaseSignals {
      override published(): void {
        seen.push('signal');
      }
    }
    const app = await appWith(DerivedConsumer, DerivedClass, DerivedSignals);
    await app.get(Publisher).publish(new Replaced());
    await expect.poll(() => seen.length).toBe(4);
    expect(seen).toEqual(expect.arrayContaining(['consumer', 'test.replaced', 'class', 'signal']));
  });

  it('handles what the new decorator says, once, when the overriding method is decorated again', async () => {
    @Injectable()
    class Base {
      @Consumer({ concurrency: 2 })
      onMessage(): void {}
    }

    @Injectable()
    class Derived extends Base {
      @Consumer({ concurrency: 3 })
      override onMessage(): void {}
    }
    const names = (await appWith(Derived)).get(FedoraMessagingService).consumers.map(({ name }) => name);
    expect(names).toEqual(['Derived.onMessage']);
    const both = (await appWith(Base, Derived)).get(FedoraMessagingService).consumers;
    expect(both.map(({ name }) => name)).toEqual(['Base.onMessage', 'Derived.onMessage']);
  });

  it("is refused by name when the overriding property can't be called", async () => {
    class Base {
      @Consumer()
      onMessage(): void {}
    }

    @Injectable()
    class Derived extends Base {}
    Object.defineProperty(Derived.prototype, 'onMessage', { value: 5 });
    await expect(appWith(Derived)).rejects.toThrow(
      /Derived\.onMessage .* its value is now a number: do not override it/,
    );
  });
});

describe('decorators of one method', () => {
  it('make one consumer each', async () => {
    const seen: string[] = [];
    const queue = { durable: false, autoDelete: true, exclusive: false, arguments: {} };
    const bindings = [{ exchange: 'amq.topic', routingKeys: ['#'] }];

    @Injectable()
    class Handler {
      @Consumer({ queues: { first: queue }, bindings })
      @Consumer({ queues: { second: queue }, bindings })
      onMessage({ queue: from }: Message): void {
        seen.push(from!);
      }
    }
    const app = await appWith(Handler);
    const { consumers } = app.get(FedoraMessagingService);
    expect(consumers.map(({ name, queue: of }) => [name, of])).toEqual([
      ['Handler.onMessage', 'first'],
      ['Handler.onMessage', 'second'],
    ]);
    await publishAndSettle(app, new Replaced());
    await expect.poll(() => [...seen].sort()).toEqual(['first', 'second']);
  });

  it('take the messages of every @OnMessage, and handle a signal once per decorator', async () => {
    const seen: string[] = [];

    @MessageSchema('test.replaced.other', { topic: 'test.replaced.other' })
    class Other extends Message {}

    @Injectable()
    @Consumer({ unhandled: 'drop' })
    class Handler {
      @OnMessage(Replaced)
      @OnMessage(Other)
      on({ topic }: Replaced | Other): void {
        seen.push(topic);
      }

      @OnPublished()
      @OnPublished()
      published(): void {
        seen.push('published');
      }
    }
    const app = await appWith(Handler);
    await publishAndSettle(app, new Replaced(), new Other());
    expect(seen.filter((entry) => entry !== 'published')).toEqual(['test.replaced', 'test.replaced.other']);
    expect(seen.filter((entry) => entry === 'published')).toHaveLength(4);
  });

  it('work on a method whose name is a symbol', async () => {
    const seen: string[] = [];
    const onMessage = Symbol('onMessage');

    @Injectable()
    class Handler {
      @Consumer()
      [onMessage](@MessageTopic() topic: string): void {
        seen.push(topic);
      }
    }
    const app = await appWith(Handler);
    await publishAndSettle(app, new Replaced());
    expect(seen).toEqual(['test.replaced']);
    expect(app.get(FedoraMessagingService).consumers.map(({ name }) => name)).toEqual([
      'Handler.Symbol(onMessage)',
    ]);
  });
});

describe('a generator method', () => {
  const outcomeOf = async (start: () => Promise<unknown>): Promise<unknown> =>
    start().catch((error: unknown) => error);

  it('is refused at bootstrap as a handler, by name', async () => {
    @Injectable()
    class Sync {
      @Consumer()
      *onMessage(): Generator<number> {
        yield 1;
      }
    }

    @Injectable()
    @Consumer()
    class Async {
      @OnMessage()
      async *onMessage(): AsyncGenerator<number> {
        yield await Promise.resolve(1);
      }
    }

    @Injectable()
    class Signals {
      @OnPublished()
      *published(): Generator<number> {
        yield 1;
      }
    }
    for (const provider of [Sync, Async, Signals]) {
      const error = await outcomeOf(() => appWith(provider));
      expect(error).toBeInstanceOf(ConfigurationException);
      expect((error as Error).message).toMatch(
        new RegExp(`^${provider.name}\\.\\w+ is a generator \\(function\\*\\)`),
      );
    }
  });

  it('is refused as a callback of consume()', async () => {
    const service = (await appWith()).get(FedoraMessagingService);
    class Handler {
      *handle(): Generator<number> {
        yield 1;
      }
    }
    const callbacks = [
      function* () {
        yield 1;
      },
      async function* () {
        yield await Promise.resolve(1);
      },
      Handler,
    ];
    for (const callback of callbacks) {
      await expect(service.consume(callback)).rejects.toThrow(/generator/);
    }
    await expect(service.consume(() => of(1))).resolves.toHaveLength(1);
  });
});
