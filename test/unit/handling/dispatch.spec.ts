import { type CanActivate, Injectable, type Provider, Scope, type Type, UseGuards } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import {
  ConfigurationException,
  Consumer,
  type ConsumerDecoratorOptions,
  FedoraMessagingService,
  Message,
  MessageBody,
  MessageSchema,
  OnMessage,
} from '../../../lib/index.js';
import { startApp } from '../../support/application.js';
import { captureLog } from '../../support/captured-log.js';
import { publishAndSettle } from '../../support/handled.js';
import { memoryUrl } from '../../support/memory-url.js';

abstract class Update extends Message<{ alias?: string }> {}

@MessageSchema('test.dispatch.testing', { topic: 'test.dispatch.testing' })
class UpdateTesting extends Update {}

@MessageSchema('test.dispatch.testing.forced', { topic: 'test.dispatch.testing.forced' })
class UpdateTestingForced extends UpdateTesting {}

@MessageSchema('test.dispatch.stable', { topic: 'test.dispatch.stable' })
class UpdateStable extends Update {}

@MessageSchema('test.dispatch.comment', { topic: 'test.dispatch.comment' })
class Comment extends Message {}

const other = (): Message => new Message({ topic: 'test.dispatch.other' });
const appWith = (...providers: Provider[]) => startApp({ options: { amqpUrl: memoryUrl() }, providers });

describe('a class that is a consumer', () => {
  it('hands each message to the method of the nearest class, and other messages to the method without a class', async () => {
    const seen: string[] = [];

    @Injectable()
    @Consumer()
    class Handler {
      @OnMessage(Update)
      onUpdate({ topic }: Update): void {
        seen.push(`update ${topic}`);
      }

      @OnMessage(UpdateTesting, Comment)
      onTestingOrComment({ topic }: UpdateTesting | Comment): void {
        seen.push(`testing or comment ${topic}`);
      }

      @OnMessage()
      onOther({ topic }: Message): void {
        seen.push(`other ${topic}`);
      }
    }
    const app = await appWith(Handler);
    const sent = [new UpdateStable(), new UpdateTesting(), new UpdateTestingForced(), new Comment(), other()];
    expect(await publishAndSettle(app, ...sent, ...sent)).toMatchObject({ received: 10, processed: 10 });
    const expected = [
      'update test.dispatch.stable',
      'testing or comment test.dispatch.testing',
      'testing or comment test.dispatch.testing.forced',
      'testing or comment test.dispatch.comment',
      'other test.dispatch.other',
    ];
    expect(seen).toEqual([...expected, ...expected]);
  });

  it('is one consumer, named after the class', async () => {
    @Injectable()
    @Consumer()
    class Handler {
      @OnMessage(Update)
      onUpdate(): void {}

      @OnMessage()
      onOther(): void {}
    }
    const app = await appWith(Handler);
    expect(app.get(FedoraMessagingService).consumers.map(({ name }) => name)).toEqual(['Handler']);
  });

  it('may extend another class, and uses the methods of both', async () => {
    const seen: string[] = [];

    @Consumer()
    class Base {
      @OnMessage(Comment)
      onComment(): void {
        seen.push('comment');
      }
    }

    @Injectable()
    class Derived extends Base {
      @OnMessage(Update)
      onUpdate(): void {
        seen.push('update');
      }
    }
    await publishAndSettle(await appWith(Derived), new Comment(), new UpdateStable());
    expect(seen).toEqual(['comment', 'update']);
  });

  it('runs in the execution context of the method that is called', async () => {
    const seen: unknown[] = [];

    @Injectable()
    class Deny implements CanActivate {
      canActivate(): boolean {
        return false;
      }
    }

    @Injectable({ scope: Scope.REQUEST })
    @Consumer()
    class Handler {
      @OnMessage(UpdateTesting)
      onTesting(@MessageBody('alias') alias: string): void {
        seen.push(alias, this);
      }

      @UseGuards(Deny)
      @OnMessage()
      onOther(): void {
        seen.push('never');
      }
    }
    const app = await appWith(Handler);
    const sent = [
      new UpdateTesting({ body: { alias: 'A' } }),
      new UpdateTesting({ body: { alias: 'B' } }),
      other(),
    ];
    expect(await publishAndSettle(app, ...sent)).toMatchObject({ processed: 2, dropped: 1 });
    expect([seen[0], seen[2]]).toEqual(['A', 'B']);
    expect(seen[1]).not.toBe(seen[3]);
    expect(seen).toHaveLength(4);
  });
});

describe('a message that no method takes', () => {
  function handlerWith(options: ConsumerDecoratorOptions): Type {
    @Injectable()
    @Consumer(options)
    class Handler {
      @OnMessage(Comment)
      onComment(): void {}
    }
    return Handler;
  }

  it.each<[ConsumerDecoratorOptions, outcome: object, line: RegExp]>([
    [{}, { processed: 1 }, /debug: No @OnMessage method of Handler takes .*; it is acknowledged/],
    [
      { unhandled: 'ack' },
      { processed: 1 },
      /debug: No @OnMessage method of Handler takes .*; it is acknowledged/,
    ],
    [{ unhandled: 'drop' }, { dropped: 1 }, /debug: No @OnMessage method of Handler takes .*; it is dropped/],
    [
      { unhandled: 'error', onError: 'drop' },
      { failed: 1 },
      /error: Handler failed .*: No @OnMessage method of Handler takes .*; the message is dropped/,
    ],
  ])('has the outcome of the options: %j', async (options, outcome, line) => {
    const log = captureLog();
    const app = await appWith(handlerWith(options));
    const none = { processed: 0, dropped: 0, rejected: 0, failed: 0 };
    expect(await publishAndSettle(app, other())).toEqual({ received: 1, ...none, ...outcome });
    expect(log.map(({ level, text }) => `${level}: ${text}`)).toContainEqual(expect.stringMatching(line));
  });

  it('is refused at the start when unhandled is not ack, drop or error', async () => {
    const Handler = handlerWith({ unhandled: 'requeue' } as unknown as ConsumerDecoratorOptions);
    await expect(appWith(Handler)).rejects.toThrow(
      /Handler: 'unhandled' must be ack, drop or error.*requeue/,
    );
  });
});

describe('a method with the option messages', () => {
  const options = { messages: [UpdateTesting, Comment] } as const;
  const sent = () => [new UpdateTesting(), new UpdateTestingForced(), new Comment()];
  const others = () => [new UpdateStable(), other()];

  function handlerWith(seen: string[], more: ConsumerDecoratorOptions): Type {
    @Injectable()
    class Handler {
      @Consumer({ ...more, ...options })
      onTestingOrComment(message: UpdateTesting | Comment): void {
        seen.push(message.constructor.name);
      }
    }
    return Handler;
  }

  it.each<[ConsumerDecoratorOptions, outcome: object, line: RegExp]>([
    [{}, { processed: 5 }, /^debug: Handler\.onTestingOrComment does not take .*; it is acknowledged/],
    [
      { unhandled: 'drop' },
      { processed: 3, dropped: 2 },
      /^debug: Handler\.onTestingOrComment does not take .*; it is dropped/,
    ],
    [
      { unhandled: 'error', onError: 'drop' },
      { processed: 3, failed: 2 },
      /^error: Handler\.onTestingOrComment failed .*: Handler\.onTestingOrComment does not take .*; the message is dropped/,
    ],
  ])(
    'gets only messages of these classes and of classes that extend them, with %j',
    async (more, outcome, line) => {
      const log = captureLog();
      const seen: string[] = [];
      const app = await appWith(handlerWith(seen, more));
      const none = { processed: 0, dropped: 0, rejected: 0, failed: 0 };
      expect(await publishAndSettle(app, ...others(), ...sent())).toEqual({
        received: 5,
        ...none,
        ...outcome,
      });
      expect(seen).toEqual(['UpdateTesting', 'UpdateTestingForced', 'Comment']);
      expect(log.map(({ level, text }) => `${level}: ${text}`)).toContainEqual(expect.stringMatching(line));
    },
  );

  it('may also be a callback of consume()', async () => {
    const app = await appWith();
    const service = app.get(FedoraMessagingService);
    const seen: string[] = [];
    await service.consume((message) => void seen.push(message.constructor.name), {
      ...options,
      unhandled: 'drop',
    });
    expect(await publishAndSettle(app, ...others(), ...sent())).toMatchObject({ processed: 3, dropped: 2 });
    expect(seen).toEqual(['UpdateTesting', 'UpdateTestingForced', 'Comment']);
  });

  it.each([
    [{ messages: [] }, /The consumer onMessage: 'messages' must be a list of message classes, but is empty/],
    [{ unhandled: 'drop' as const }, /The consumer onMessage: 'unhandled' needs 'messages'/],
  ])('is refused by consume() with %j', async (wrong, text) => {
    const service = (await appWith()).get(FedoraMessagingService);
    const onMessage = (): void => undefined;
    await expect(service.consume(onMessage, wrong)).rejects.toThrow(
      expect.objectContaining({
        constructor: ConfigurationException,
        message: expect.stringMatching(text),
      }) as Error,
    );
  });
});

describe('an application with wrong dispatch does not start', () => {
  async function refuses(handler: Type, text: RegExp): Promise<void> {
    await expect(appWith(handler)).rejects.toThrow(
      expect.objectContaining({
        constructor: ConfigurationException,
        message: expect.stringMatching(text),
      }) as Error,
    );
  }

  it('when two methods take the same class, and the error names both', async () => {
    @Injectable()
    @Consumer()
    class Twice {
      @OnMessage(Comment)
      first(): void {}

      @OnMessage(UpdateStable, Comment)
      second(): void {}
    }
    await refuses(Twice, /Twice\.first and Twice\.second both take Comment/);
  });

  it('when two methods take all other messages', async () => {
    @Injectable()
    @Consumer()
    class TwoRests {
      @OnMessage()
      first(): void {}

      @OnMessage()
      second(): void {}
    }
    await refuses(TwoRests, /TwoRests\.first and TwoRests\.second both take Message/);
  });

  it('when a class with @OnMessage methods has no queues', async () => {
    @Injectable()
    class WithoutConsumer {
      @OnMessage()
      onMessage(): void {}
    }
    await refuses(
      WithoutConsumer,
      /WithoutConsumer\.onMessage .*decorate the class WithoutConsumer with @Consumer/,
    );
  });

  it('when a consumer has no methods', async () => {
    @Injectable()
    @Consumer()
    class WithoutMethods {}
    await refuses(WithoutMethods, /class WithoutMethods .*@OnMessage/);
  });

  it("when a method that gets all messages has the option 'unhandled'", async () => {
    @Injectable()
    class OnMethod {
      @Consumer({ unhandled: 'drop' })
      onMessage(): void {}
    }
    await refuses(OnMethod, /OnMethod\.onMessage: 'unhandled' needs 'messages'/);
  });

  it("when a class that is a consumer has the option 'messages'", async () => {
    @Injectable()
    @Consumer({ messages: [Comment] } as ConsumerDecoratorOptions)
    class OnClass {
      @OnMessage(Comment)
      onComment(): void {}
    }
    await refuses(OnClass, /OnClass: 'messages' is an option for methods/);
  });

  it.each<[messages: unknown, text: RegExp]>([
    [[], /Wrong\.onMessage: 'messages' must be a list of message classes, but is empty/],
    [Comment, /'messages' must be a list of message classes, but is a function/],
    [[Comment, undefined], /list of message classes, but entry 2 is undefined; .*a circular import/],
    [[Comment, Date], /list of message classes, but entry 2 is a function/],
  ])("when the 'messages' of a method are %o", async (messages, text) => {
    @Injectable()
    class Wrong {
      @Consumer({ messages } as ConsumerDecoratorOptions)
      onMessage(): void {}
    }
    await refuses(Wrong, text);
  });
});

describe('@OnMessage', () => {
  it('refuses a class that is not a message class, and says where', () => {
    const missing = undefined as unknown as typeof Comment;
    expect(() => {
      class Circular {
        @OnMessage(Comment, missing)
        onMessage(): void {}
      }
      return Circular;
    }).toThrow(/@OnMessage of Circular\.onMessage .*argument 2 is undefined.*circular import/);
  });
});
