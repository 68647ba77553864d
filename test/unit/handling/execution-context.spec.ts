import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  ForbiddenException,
  Injectable,
  Module,
  type NestInterceptor,
  type Provider,
  type Type,
  UseFilters,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, ApplicationConfig, NestFactory } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/internal';
import { Test } from '@nestjs/testing';
import { catchError, concat, defer, EMPTY, map, type Observable, of, throwError } from 'rxjs';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  Consumer,
  Drop,
  type FedoraMessagingContext,
  FedoraMessagingModule,
  HaltConsumer,
  isFedoraMessagingContext,
  Message,
  Nack,
  switchToFedoraMessaging,
} from '../../../lib/index.js';
import { startApp } from '../../support/application.js';
import { captureLog } from '../../support/captured-log.js';
import { deferred } from '../../support/collector.js';
import { publishAndSettle } from '../../support/handled.js';
import { memoryUrl } from '../../support/memory-url.js';

const message = (body: object = {}): Message<object> => new Message({ topic: 'test.context', body });
const appWith = (...providers: Provider[]) => startApp({ options: { amqpUrl: memoryUrl() }, providers });
const appWithController = (controller: Type, ...providers: Provider[]) =>
  startApp({ options: { amqpUrl: memoryUrl() }, providers, controllers: [controller] });

/** A class of guards that record when they are asked. */
function guard(asked: string[], name: string, answer: () => boolean = () => true): Type<CanActivate> {
  @Injectable()
  class NamedGuard implements CanActivate {
    canActivate(context: ExecutionContext): boolean {
      const { message: handled } = switchToFedoraMessaging(context);
      asked.push(`${name} ${context.getType()} ${context.getHandler().name} ${handled.topic}`);
      return answer();
    }
  }
  return NamedGuard;
}

describe('guards', () => {
  it('are asked in the order application, class, method', async () => {
    const asked: string[] = [];

    @Injectable()
    @UseGuards(guard(asked, 'class'))
    class Handler {
      @UseGuards(guard(asked, 'method'))
      @Consumer()
      onMessage(): void {
        asked.push('handler');
      }
    }
    const app = await appWith(Handler, { provide: APP_GUARD, useClass: guard(asked, 'application') });
    await publishAndSettle(app, message());
    expect(asked).toEqual([
      'application fedora-messaging onMessage test.context',
      'class fedora-messaging onMessage test.context',
      'method fedora-messaging onMessage test.context',
      'handler',
    ]);
  });

  it('are asked, too, when they are set on the application before it starts', async () => {
    const asked: string[] = [];

    @Injectable()
    class Handler {
      @Consumer()
      onMessage(): void {}
    }
    const app = await Test.createTestingModule({
      imports: [FedoraMessagingModule.forRoot({ amqpUrl: memoryUrl() })],
      providers: [Handler],
    }).compile();
    onTestFinished(() => app.close());
    // As app.useGlobalGuards() does where there is no HTTP server.
    app
      .get(ApplicationConfig, { strict: false })
      .useGlobalGuards(new (guard(asked, 'set') as new () => CanActivate)());
    await app.init();
    await publishAndSettle(app, message());
    expect(asked).toEqual(['set fedora-messaging onMessage test.context']);
  });

  it.each(['provider', 'controller'])('get their dependencies on a %s', async (kind) => {
    @Injectable()
    class Switch {
      isOn = true;
    }

    @Injectable()
    class SwitchGuard implements CanActivate {
      constructor(private readonly lever: Switch) {}

      canActivate(): boolean {
        return this.lever.isOn;
      }
    }

    @Controller()
    @UseGuards(SwitchGuard)
    class Handler {
      @Consumer()
      onMessage(): void {}
    }
    const app = await (kind === 'provider' ? appWith(Handler, Switch) : appWithController(Handler, Switch));
    expect(await publishAndSettle(app, message())).toMatchObject({ processed: 1, dropped: 0 });
    app.get(Switch).isOn = false;
    expect(await publishAndSettle(app, message())).toMatchObject({ processed: 1, dropped: 1 });
  });

  it('may enter an AsyncLocalStorage for the handler, also when they are not the first', async () => {
    const storage = new AsyncLocalStorage<string>();
    const found = deferred<string | undefined>();

    @Injectable()
    @UseGuards(
      guard([], 'first'),
      guard([], 'second', () => {
        storage.enterWith('of the second guard');
        return true;
      }),
    )
    class Handler {
      @Consumer()
      onMessage(): void {
        found.resolve(storage.getStore());
      }
    }
    await publishAndSettle(await appWith(Handler), message());
    expect(await found.promise).toBe('of the second guard');
  });

  it('drop the messages that they deny, with a warning for the first message', async () => {
    const asked: string[] = [];

    @Injectable()
    class Handler {
      @UseGuards(guard(asked, 'denying', () => false))
      @Consumer()
      onMessage(): void {
        asked.push('handler');
      }
    }
    const log = captureLog();
    const app = await appWith(Handler);
    const statistics = await publishAndSettle(app, message(), message());
    expect(statistics).toEqual({ received: 2, processed: 0, dropped: 2, rejected: 0, failed: 0 });
    expect(asked).not.toContain('handler');
    expect(log.filter(({ text }) => text.includes('denies')).map(({ level, text }) => [level, text])).toEqual(
      [
        ['warn', expect.stringMatching(/The guard NamedGuard of Handler\.onMessage denies .*dropped/)],
        ['debug', expect.stringMatching(/The guard NamedGuard of Handler\.onMessage denies .*dropped/)],
      ],
    );
    expect(log.filter(({ text }) => text.includes('dropped'))).toHaveLength(2);
  });

  it('may choose another outcome by throwing it', async () => {
    let hasBeenSeen = false;

    @Injectable()
    class OnSecondThought implements CanActivate {
      canActivate(): boolean {
        if (hasBeenSeen) return true;
        hasBeenSeen = true;
        throw new Nack();
      }
    }

    @Injectable()
    class Handler {
      @UseGuards(OnSecondThought)
      @Consumer()
      onMessage(): void {}
    }
    const app = await appWith(Handler);
    expect(await publishAndSettle(app, message())).toMatchObject({ rejected: 1, failed: 0 });
  });
});

describe('interceptors', () => {
  it('surround the handler, from the application inwards', async () => {
    const events: string[] = [];
    const interceptor = (name: string): Type<NestInterceptor> => {
      @Injectable()
      class Recording implements NestInterceptor {
        intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
          events.push(`${name} in`);
          return next.handle().pipe(
            map((value) => {
              events.push(`${name} out: ${String(value)}`);
              return `${String(value)}!`;
            }),
          );
        }
      }
      return Recording;
    };

    @Injectable()
    @UseInterceptors(interceptor('class'))
    class Handler {
      @UseInterceptors(interceptor('method'))
      @Consumer()
      async onMessage(): Promise<string> {
        return 'done';
      }
    }
    const app = await appWith(Handler, { provide: APP_INTERCEPTOR, useClass: interceptor('application') });
    await publishAndSettle(app, message());
    expect(events).toEqual([
      'application in',
      'class in',
      'method in',
      'method out: done',
      'class out: done!',
      'application out: done!!',
    ]);
  });

  it('may turn an error into a success, choose an outcome after a success, and complete without a value', async () => {
    @Injectable()
    class Deciding implements NestInterceptor {
      intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
        const { body } = switchToFedoraMessaging(context).message;
        if (body['skip']) return EMPTY;
        return next.handle().pipe(
          map(() => {
            throw new Drop();
          }),
          catchError((error: Error) => {
            if (error.message === 'passing') return of(undefined);
            throw error;
          }),
        );
      }
    }

    @Injectable()
    class Handler {
      @UseInterceptors(Deciding)
      @Consumer()
      onMessage({ body }: Message): void {
        if (body['fail']) throw new Error('passing');
      }
    }
    const app = await appWith(Handler);
    const statistics = await publishAndSettle(
      app,
      message({ skip: true }),
      message({ fail: true }),
      message(),
    );
    expect(statistics).toMatchObject({ received: 3, processed: 2, dropped: 1, failed: 0 });
  });
});

describe('exception filters', () => {
  class OutOfPaper extends Error {}

  /** A class of filters that behave as given. */
  function filter(
    onError: (error: Error, host: ArgumentsHost) => unknown,
    ...types: (new () => Error)[]
  ): Type<ExceptionFilter> {
    @Catch(...types)
    class OurFilter implements ExceptionFilter {
      catch(error: Error, host: ArgumentsHost): unknown {
        return onError(error, host);
      }
    }
    return OurFilter;
  }

  function failing(error: () => Error, ...filters: Type<ExceptionFilter>[]): Type {
    @Injectable()
    @UseFilters(...filters)
    class Handler {
      @Consumer()
      onMessage(): void {
        throw error();
      }
    }
    return Handler;
  }

  it.each<[what: string, onError: () => unknown, outcome: object]>([
    ['returns nothing: the message is acknowledged', () => undefined, { processed: 1 }],
    ['resolves: the message is acknowledged', async () => 'done', { processed: 1 }],
    ['returns an observable of nothing: the message is acknowledged', () => EMPTY, { processed: 1 }],
    [
      'throws Drop: the message is dropped',
      () => {
        throw new Drop();
      },
      { dropped: 1 },
    ],
    ['rejects with Drop: the message is dropped', () => Promise.reject(new Drop()), { dropped: 1 }],
    [
      'throws HaltConsumer: the message goes back and the consumer stops',
      () => {
        throw new HaltConsumer({ requeue: true });
      },
      { rejected: 1 },
    ],
    [
      'throws another error: the handler has failed',
      () => {
        throw new Error('out of ink, too');
      },
      { failed: 1 },
    ],
  ])('decide the outcome: a filter that %s', async (_, onError, outcome) => {
    const app = await appWith(failing(() => new OutOfPaper(), filter(onError, OutOfPaper)));
    const none = { processed: 0, dropped: 0, rejected: 0, failed: 0 };
    expect(await publishAndSettle(app, message())).toEqual({ received: 1, ...none, ...outcome });
  });

  it('get the error and the context of the message', async () => {
    const seen = deferred<{ error: Error; context: FedoraMessagingContext }>();
    const error = new OutOfPaper();
    const app = await appWith(
      failing(
        () => error,
        filter((caught, host) => seen.resolve({ error: caught, context: switchToFedoraMessaging(host) })),
      ),
    );
    await publishAndSettle(app, message({ pages: 3 }));
    const { error: caught, context } = await seen.promise;
    expect(caught).toBe(error);
    expect(context).toMatchObject({ redelivered: false, attempt: 1, queue: context.consumer.queue });
    expect(context.message.body).toEqual({ pages: 3 });
  });

  it.each<[how: string, handle: (error: Error) => unknown]>([
    ['rejects with it', (error) => Promise.reject(error)],
    ['returns an observable that ends with it', (error) => throwError(() => error)],
    ['resolves with such an observable', (error) => Promise.resolve(throwError(() => error))],
    ['returns an observable of such an observable', (error) => of(throwError(() => error))],
  ])('get the error of a handler that %s', async (_, handle) => {
    @Injectable()
    @UseFilters(filter(() => undefined, OutOfPaper))
    class Handler {
      @Consumer()
      onMessage(): unknown {
        return handle(new OutOfPaper());
      }
    }
    const statistics = await publishAndSettle(await appWith(Handler), message());
    expect(statistics).toMatchObject({ received: 1, processed: 1, failed: 0 });
  });

  it('are tried in the order method, class, application', async () => {
    const caught: string[] = [];
    const named = (name: string, ...types: (new () => Error)[]): Type<ExceptionFilter> =>
      filter(() => void caught.push(name), ...types);

    @Injectable()
    @UseFilters(named('class'))
    class Handler {
      @UseFilters(named('method', OutOfPaper))
      @Consumer()
      onMessage({ body }: Message): void {
        throw body['paper'] ? new Error('no ink') : new OutOfPaper();
      }
    }
    const app = await appWith(Handler, { provide: APP_FILTER, useClass: named('application') });
    await publishAndSettle(app, message(), message({ paper: true }));
    expect(caught).toEqual(['method', 'class']);
  });

  it('do not see outcomes, also when they are for every error', async () => {
    const caught: Error[] = [];
    const app = await appWith(
      failing(
        () => new Drop(),
        filter((error) => void caught.push(error)),
      ),
    );
    expect(await publishAndSettle(app, message())).toMatchObject({ dropped: 1, processed: 0 });
    expect(caught).toEqual([]);
  });

  it('may decide on a message that a guard denies', async () => {
    @Injectable()
    class Denying implements CanActivate {
      canActivate(): boolean {
        return false;
      }
    }

    @Injectable()
    class Handler {
      @UseGuards(Denying)
      @UseFilters(filter(() => 'it is well', ForbiddenException as unknown as new () => Error))
      @Consumer()
      onMessage(): void {}
    }
    const app = await appWith(Handler);
    expect(await publishAndSettle(app, message())).toMatchObject({ processed: 1, dropped: 0 });
  });
});

describe('a handler that returns an observable', () => {
  it.each<[string, (events: string[]) => unknown]>([
    ['an observable', (events) => defer(async () => void events.push('done'))],
    ['a promise of one', async (events) => defer(async () => void events.push('done'))],
    ['one that completes without a value', (events) => concat(defer(() => (events.push('done'), EMPTY)))],
  ])('is done when the observable completes: %s', async (_, handle) => {
    const events: string[] = [];

    @Injectable()
    class Handler {
      @Consumer()
      onMessage(): unknown {
        return handle(events);
      }
    }
    expect(await publishAndSettle(await appWith(Handler), message())).toMatchObject({ processed: 1 });
    expect(events).toEqual(['done']);
  });

  it('chooses an outcome by the error that ends the observable', async () => {
    @Injectable()
    class Handler {
      @Consumer()
      onMessage(): Observable<void> {
        return defer(() => Promise.reject(new Drop()));
      }
    }
    expect(await publishAndSettle(await appWith(Handler), message())).toMatchObject({ dropped: 1 });
  });
});

describe('the execution context of a message', () => {
  it('distinguishes a message from an HTTP request', async () => {
    const http = new ExecutionContextHost([{}, {}]);
    expect(isFedoraMessagingContext(http)).toBe(false);
    expect(() => switchToFedoraMessaging(http)).toThrow(/type 'http'.*isFedoraMessagingContext/);

    @Injectable()
    class HttpOnly implements CanActivate {
      canActivate(context: ExecutionContext): boolean {
        return isFedoraMessagingContext(context) || context.switchToHttp().getRequest<unknown>() === 'never';
      }
    }

    @Injectable()
    class Handler {
      @Consumer()
      onMessage(): void {}
    }
    const app = await appWith(Handler, { provide: APP_GUARD, useClass: HttpOnly });
    expect(await publishAndSettle(app, message())).toMatchObject({ processed: 1 });
  });

  it('has the enhancers of the module that provides the handler', async () => {
    const asked: string[] = [];

    @Injectable()
    class Rule {
      constructor(readonly name: string) {}
    }

    @Injectable()
    class RuleGuard implements CanActivate {
      constructor(private readonly rule: Rule) {}

      canActivate(): boolean {
        asked.push(this.rule.name);
        return true;
      }
    }

    @Injectable()
    class Handler {
      @UseGuards(RuleGuard)
      @Consumer()
      onMessage(): void {}
    }

    @Module({ providers: [Handler, { provide: Rule, useValue: new Rule('here') }] })
    class Here {}

    @Module({ providers: [Handler, { provide: Rule, useValue: new Rule('there') }] })
    class There {}

    @Module({ imports: [FedoraMessagingModule.forRoot({ amqpUrl: memoryUrl() }), Here, There] })
    class AppModule {}
    const app = await NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false });
    onTestFinished(() => app.close());
    await publishAndSettle(app, message());
    await expect.poll(() => asked.toSorted()).toEqual(['here', 'there']);
  });
});

describe('a handler without enhancers', () => {
  /** The function that called the handler, from the frame above it. */
  function callerOf(providers: (record: () => void) => Provider[]): Promise<string> {
    const called = deferred<string>();
    return appWith(
      ...providers(() => called.resolve(new Error().stack!.split('\n').slice(3, 4).join().trim())),
    ).then(async (app) => {
      await publishAndSettle(app, message());
      return called.promise;
    });
  }

  it('is called directly and synchronously by the delivery handler', async () => {
    const caller = await callerOf((record) => {
      @Injectable()
      class Plain {
        @Consumer()
        onMessage(_message: Message, _context: FedoraMessagingContext): void {
          record();
        }
      }
      return [Plain];
    });
    expect(caller).toMatch(/^at DeliveryHandler\.onDecoded /);
  });

  it('is called by the pipeline as soon as it has a guard', async () => {
    const caller = await callerOf((record) => {
      @Injectable()
      @UseGuards(guard([], 'class'))
      class Guarded {
        @Consumer()
        onMessage(): void {
          record();
        }
      }
      return [Guarded];
    });
    expect(caller).toMatch(/^at HandlerPipeline\./);
  });
});
