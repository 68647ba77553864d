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
  it('hands each message to the method of the nearest class, and the others to the one without', async () => {
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

  it('may extend another, with methods of both', async () => {
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

  it('has the execution context of the method that is called', async () => {
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
  ])('with %j', async (options, outcome, line) => {
    const log = captureLog();
    const app = await appWith(handlerWith(options));
    const none = { processed: 0, dropped: 0, rejected: 0, failed: 0 };
    expect(await publishAndSettle(app, other())).toEqual({ received: 1, ...none, ...outcome });
    expect(log.map(({ level, text }) => `${level}: ${text}`)).toContainEqual(expect.stringMatching(line));
  });

  it('has an outcome that exists, or the application does not start', async () => {
    const Handler = handlerWith({ unhandled: 'requeue' } as unknown as ConsumerDecoratorOptions);
    await expect(appWith(Handler)).rejects.toThrow(
      /Handler: 'unhandled' must be ack, drop or error.*requeue/,
    );
  });
});

describe('an application does not start', () => {
  async function refuses(handler: Type, text: RegExp): Promise<void> {
    await expect(appWith(handler)).rejects.toThrow(
      expect.objectContaining({
        constructor: ConfigurationException,
        message: expect.stringMatching(text),
      }) as Error,
    );
  }

  it('when two methods take one class, and both are named', async () => {
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

  it('when two methods take the rest', async () => {
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

  it('when a method says what becomes of messages that it does not take', async () => {
    @Injectable()
    class OnMethod {
      @Consumer({ unhandled: 'drop' })
      onMessage(): void {}
    }
    await refuses(OnMethod, /OnMethod\.onMessage: 'unhandled' is for a class/);
  });
});

describe('@OnMessage', () => {
  it('refuses what is no class of messages, and says where', () => {
    const missing = undefined as unknown as typeof Comment;
    expect(() => {
      class Circular {
        @OnMessage(Comment, missing)
        onMessage(): void {}
      }
      return Circular;
    }).toThrow(/@OnMessage of Circular\.onMessage .*argument 2 is undefined.*circle/);
  });
});
