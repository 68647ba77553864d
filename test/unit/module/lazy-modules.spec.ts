import { Injectable, Module, type OnModuleInit, type Type } from '@nestjs/common';
import { LazyModuleLoader } from '@nestjs/core';
import { describe, expect, it } from 'vitest';
import {
  BadDeclaration,
  ConfigurationException,
  Consumer,
  FedoraMessagingModule,
  type FedoraMessagingModuleOptions,
  FedoraMessagingService,
  getFedoraMessagingToken,
  Message,
  MessageSchema,
  OnMessage,
  OnPublished,
} from '../../../lib/index.js';
import { TestingBroker } from '../../../lib/testing/index.js';
import { startApp } from '../../support/application.js';

const QUEUE = { durable: true, autoDelete: false, exclusive: false, arguments: {} };
const topology = (queue: string) => ({
  queues: { [queue]: QUEUE },
  bindings: { exchange: 'amq.topic', routingKeys: [`${queue}.#`] },
});
const UPDATE = new Message({ topic: 'updates.new' });

@Injectable()
class Eager {
  @Consumer(topology('eager'))
  onMessage(): void {}
}

/** A lazy module, with a class of its own in each test. */
function lazyModule(...providers: Type[]): Type {
  @Module({ providers })
  class LazyModule {}
  return LazyModule;
}

async function start(options: FedoraMessagingModuleOptions = {}, ...providers: Type[]) {
  const broker = new TestingBroker();
  const app = await startApp({
    options: { amqpUrl: broker.amqpUrl, ...options },
    imports: [FedoraMessagingModule.forRoot({ bus: 'staging', amqpUrl: broker.amqpUrl })],
    providers: [Eager, ...providers],
  });
  const service = app.get(FedoraMessagingService);
  const names = () => service.consumers.map(({ name }) => name);
  return {
    app,
    broker,
    service,
    names,
    load: (module: Type) => app.get(LazyModuleLoader).load(() => module),
  };
}

describe('a module that is loaded lazily', () => {
  it('consumes as soon as it is loaded, on the bus that it names', async () => {
    @Injectable()
    class Handlers {
      @Consumer(topology('updates'))
      onUpdate(): void {}

      @Consumer({ bus: 'staging', ...topology('builds') })
      onBuild(): void {}
    }
    const { app, broker, names, load } = await start();
    expect(await broker.deliver(UPDATE)).toBe('unroutable');
    await load(lazyModule(Handlers));
    expect(names()).toEqual(['Eager.onMessage', 'Handlers.onUpdate']);
    const staging = app.get<FedoraMessagingService>(getFedoraMessagingToken('staging'));
    expect(staging.consumers.map(({ name }) => name)).toEqual(['Handlers.onBuild']);
    expect(await broker.deliver(UPDATE)).toBe('ack');
    expect(await broker.deliver(new Message({ topic: 'builds.new' }))).toBe('ack');
  });

  it('consumes once, also when it is loaded several times at once', async () => {
    @Injectable()
    class Handlers {
      @Consumer(topology('updates'))
      onUpdate(): void {}
    }
    const { names, load, service } = await start();
    const module = lazyModule(Handlers);
    await Promise.all([load(module), load(module)]);
    await load(module);
    await service.startConsumers();
    expect(names()).toEqual(['Eager.onMessage', 'Handlers.onUpdate']);
  });

  it('brings its message classes, dispatch and signals', async () => {
    const seen: string[] = [];
    const { broker, load, service } = await start();

    @MessageSchema('lazy.update', { topic: 'updates.typed' })
    class Update extends Message {}

    @Injectable()
    @Consumer(topology('updates'))
    class Handlers {
      @OnMessage(Update)
      onUpdate(message: Update): void {
        seen.push(`handled ${message.constructor.name}`);
      }

      @OnPublished()
      onPublished({ topic }: Message): void {
        seen.push(`published ${topic}`);
      }
    }
    await load(lazyModule(Handlers));
    await service.publish(new Update());
    await broker.whenIdle();
    expect(seen.toSorted()).toEqual(['handled Update', 'published updates.typed']);
  });

  it('consumes from the start when it is loaded before the application has started', async () => {
    @Injectable()
    class Handlers {
      @Consumer(topology('updates'))
      onUpdate(): void {}
    }
    @Injectable()
    class Loading implements OnModuleInit {
      constructor(private readonly loader: LazyModuleLoader) {}

      async onModuleInit(): Promise<void> {
        await this.loader.load(() => lazyModule(Handlers));
      }
    }
    const { names } = await start({}, Loading);
    expect(names().toSorted()).toEqual(['Eager.onMessage', 'Handlers.onUpdate']);
  });

  it('consumes with the other modules when startConsumers() is called later', async () => {
    @Injectable()
    class Handlers {
      @Consumer(topology('updates'))
      onUpdate(): void {}
    }
    const { names, load, service } = await start({ consumers: false });
    await load(lazyModule(Handlers));
    expect(names()).toEqual([]);
    await service.startConsumers();
    expect(names()).toEqual(['Eager.onMessage', 'Handlers.onUpdate']);
  });

  it("fails to load when one of its consumers can't be started, and other consumers go on", async () => {
    @Injectable()
    class Handlers {
      @Consumer(topology('updates'))
      onUpdate(): void {}

      @Consumer({ queues: { eager: { ...QUEUE, durable: false } }, bindings: [] })
      onEager(): void {}
    }
    const { broker, names, load } = await start();
    await expect(load(lazyModule(Handlers))).rejects.toThrow(BadDeclaration);
    expect(names()).toEqual(['Eager.onMessage']);
    expect(await broker.deliver(new Message({ topic: 'eager.new' }))).toBe('ack');
  });

  it('fails to load when one of its decorators is wrong', async () => {
    @Injectable()
    class Handlers {
      @Consumer('updates')
      onUpdate(): void {}
    }
    const { load } = await start();
    const loading = load(lazyModule(Handlers));
    await expect(loading).rejects.toThrow(ConfigurationException);
    await expect(loading).rejects.toThrow('Handlers.onUpdate: there is no topology "updates"');
  });
});
