import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  type CanActivate,
  Controller,
  Inject,
  Injectable,
  type Provider,
  Scope,
  type Type,
  UseGuards,
} from '@nestjs/common';
import {
  APP_GUARD,
  type ContextId,
  ContextIdFactory,
  type ContextIdStrategy,
  type HostComponentInfo,
  ModuleRef,
  REQUEST,
} from '@nestjs/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  Consumer,
  type FedoraMessagingContext,
  isFedoraMessagingContext,
  Message,
} from '../../../lib/index.js';
import { startApp } from '../../support/application.js';
import { publishAndSettle } from '../../support/handled.js';
import { memoryUrl } from '../../support/memory-url.js';

const message = (body: object = {}): Message<object> => new Message({ topic: 'test.scope', body });
const appWith = (...providers: Provider[]) => startApp({ options: { amqpUrl: memoryUrl() }, providers });

describe('a request-scoped handler', () => {
  /** A handler with a dependency of its own per message, and the values that it has seen. */
  function requestScoped(): { Handler: Type; Dependency: Type; seen: object[][] } {
    const seen: object[][] = [];

    @Injectable({ scope: Scope.REQUEST })
    class Dependency {
      constructor(@Inject(REQUEST) readonly context: FedoraMessagingContext) {}
    }

    @Injectable()
    class Handler {
      constructor(
        private readonly dependency: Dependency,
        @Inject(REQUEST) private readonly context: FedoraMessagingContext,
      ) {}

      @Consumer()
      onMessage(handled: Message, context: FedoraMessagingContext): void {
        seen.push([this, this.dependency, handled]);
        expect(this.context).toBe(context);
        expect(this.dependency.context).toBe(context);
        expect(context.message).toBe(handled);
      }
    }
    return { Handler, Dependency, seen };
  }

  it('has a new instance for each message, with its own dependencies and the context as REQUEST', async () => {
    const { Handler, Dependency, seen } = requestScoped();
    const app = await appWith(Handler, Dependency);
    expect(await publishAndSettle(app, message(), message())).toMatchObject({ processed: 2 });
    const [first, second] = seen as [object[], object[]];
    expect(first[0]).toBeInstanceOf(Handler);
    expect(first[1]).toBeInstanceOf(Dependency);
    expect(first.some((instance) => second.includes(instance))).toBe(false);
  });

  it('may be a controller', async () => {
    const { Handler, Dependency, seen } = requestScoped();
    Controller()(Handler);
    const app = await startApp({
      options: { amqpUrl: memoryUrl() },
      providers: [Dependency],
      controllers: [Handler],
    });
    expect(await publishAndSettle(app, message())).toMatchObject({ processed: 1 });
    expect(seen).toHaveLength(1);
  });

  it('is garbage-collected after its message', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const instances: WeakRef<object>[] = [];

    @Injectable({ scope: Scope.REQUEST })
    class Handler {
      @Consumer()
      onMessage(): void {
        instances.push(new WeakRef(this));
      }
    }
    const app = await appWith(Handler);
    await publishAndSettle(app, ...Array.from({ length: 20 }, () => message()));
    expect(instances).toHaveLength(20);
    const alive = (): number => {
      collectGarbage();
      return instances.filter((instance) => instance.deref()).length;
    };
    // The stack may still refer to the last message.
    await expect.poll(alive).toBeLessThanOrEqual(1);
  });

  it('shares its context id with providers that are resolved for the message later', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Unit {}

    @Injectable({ scope: Scope.REQUEST })
    class Handler {
      constructor(
        private readonly unit: Unit,
        private readonly moduleRef: ModuleRef,
      ) {}

      @Consumer()
      async onMessage(_: Message, context: FedoraMessagingContext): Promise<void> {
        const contextId = ContextIdFactory.getByRequest(context as never);
        expect(await this.moduleRef.resolve(Unit, contextId)).toBe(this.unit);
      }
    }
    expect(await publishAndSettle(await appWith(Handler, Unit), message())).toMatchObject({ processed: 1 });
  });

  it("fails when its instance can't be made, and onError decides", async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Handler {
      constructor() {
        throw new Error('no room');
      }

      @Consumer({ onError: 'drop' })
      onMessage(): void {}
    }
    expect(await publishAndSettle(await appWith(Handler), message())).toMatchObject({ failed: 1 });
  });
});

describe('durable providers', () => {
  it('are shared by the messages that the strategy groups', async () => {
    const parents = new Map<string, ContextId>();
    const strategy: ContextIdStrategy<FedoraMessagingContext> = {
      attach(contextId, { message: handled }) {
        const tenant = String(handled.body['tenant']);
        const parent = parents.get(tenant) ?? ContextIdFactory.create();
        parents.set(tenant, parent);
        return {
          resolve: ({ isTreeDurable }: HostComponentInfo) => (isTreeDurable ? parent : contextId),
          payload: { tenant },
        };
      },
    };
    ContextIdFactory.apply(strategy as ContextIdStrategy);
    onTestFinished(() => ContextIdFactory.apply(undefined as unknown as ContextIdStrategy));
    const seen: [tenant: string, handler: object][] = [];

    @Injectable({ scope: Scope.REQUEST, durable: true })
    class Handler {
      constructor(@Inject(REQUEST) private readonly request: { tenant: string }) {}

      @Consumer()
      onMessage(): void {
        seen.push([this.request.tenant, this]);
      }
    }
    const app = await appWith(Handler);
    await publishAndSettle(app, ...['a', 'b', 'a'].map((tenant) => message({ tenant })));
    expect(seen.map(([tenant]) => tenant)).toEqual(['a', 'b', 'a']);
    expect(seen[2]![1]).toBe(seen[0]![1]);
    expect(seen[1]![1]).not.toBe(seen[0]![1]);
  });
});

describe('request-scoped enhancers', () => {
  function countingGuard(instances: Set<object>): Type<CanActivate> {
    @Injectable({ scope: Scope.REQUEST })
    class CountingGuard implements CanActivate {
      constructor(@Inject(REQUEST) private readonly context: FedoraMessagingContext) {}

      canActivate(host: Parameters<CanActivate['canActivate']>[0]): boolean {
        instances.add(this);
        return isFedoraMessagingContext(host) && host.getArgByIndex(1) === this.context;
      }
    }
    return CountingGuard;
  }

  it.each(['method', 'application'])('are made for each message when they are of the %s', async (where) => {
    const instances = new Set<object>();
    const Guard = countingGuard(instances);

    @Injectable()
    class Handler {
      @Consumer()
      onMessage(): void {}
    }
    const descriptor = Object.getOwnPropertyDescriptor(Handler.prototype, 'onMessage')!;
    if (where === 'method') UseGuards(Guard)(Handler.prototype, 'onMessage', descriptor);
    const app = await appWith(
      Handler,
      ...(where === 'application' ? [{ provide: APP_GUARD, useClass: Guard, scope: Scope.REQUEST }] : []),
    );
    expect(await publishAndSettle(app, message(), message())).toMatchObject({ processed: 2, dropped: 0 });
    expect(instances.size).toBe(2);
  });
});
