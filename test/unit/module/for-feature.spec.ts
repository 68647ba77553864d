import { Injectable, Module, type OnModuleInit, type Type } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import {
  ConfigurationException,
  Consumer,
  FedoraMessagingModule,
  Message,
  type MessageClass,
  MessageRegistry,
  MessageSchema,
  OnMessage,
} from '../../../lib/index.js';
import { TestingBroker } from '../../../lib/testing/index.js';
import { startApp } from '../../support/application.js';

@MessageSchema('feature.update', { topic: 'feature.update' })
class Update extends Message<object> {}

@MessageSchema('feature.build', { topic: 'feature.build' })
class Build extends Message<object> {}

class WithoutSchema extends Message<object> {}

const ALL = { bindings: { exchange: 'amq.topic', routingKeys: ['#'] } };

function start(
  imports: (Type | ReturnType<typeof FedoraMessagingModule.forFeature>)[],
  ...providers: Type[]
) {
  const broker = new TestingBroker();
  return startApp({ options: { amqpUrl: broker.amqpUrl }, imports, providers }).then((app) => ({
    app,
    broker,
  }));
}

describe('forFeature()', () => {
  it('registers the message classes of each module before the application has started', async () => {
    const known: (MessageClass | undefined)[] = [];

    @Module({ imports: [FedoraMessagingModule.forFeature([Update])] })
    class UpdatesModule {}

    @Module({ imports: [FedoraMessagingModule.forFeature([Build])] })
    class BuildsModule implements OnModuleInit {
      constructor(private readonly registry: MessageRegistry) {}

      onModuleInit(): void {
        known.push(this.registry.get('feature.update'), this.registry.get('feature.build'));
      }
    }
    await start([UpdatesModule, BuildsModule]);
    expect(known).toEqual([Update, Build]);
  });

  it('refuses an undefined class, as from circular imports', () => {
    const attempt = () => FedoraMessagingModule.forFeature([Update, undefined as never]);
    expect(attempt).toThrow(ConfigurationException);
    expect(attempt).toThrow(
      'FedoraMessagingModule.forFeature() needs message classes, but entry 2 is undefined; a circular import may be the cause',
    );
  });

  it('refuses a class without a schema name when the application starts', async () => {
    await expect(start([FedoraMessagingModule.forFeature([WithoutSchema])])).rejects.toThrow(
      'The message class WithoutSchema has no schema name: decorate it with @MessageSchema',
    );
  });
});

describe('a message class that a decorator names', () => {
  it.each<[string, (seen: string[]) => Type]>([
    [
      '@OnMessage',
      (seen) => {
        @Injectable()
        @Consumer(ALL)
        class Handler {
          @OnMessage(Update)
          onUpdate(message: Update): void {
            seen.push(message.constructor.name);
          }
        }
        return Handler;
      },
    ],
    [
      '@Consumer',
      (seen) => {
        @Injectable()
        class Handler {
          @Consumer({ ...ALL, messages: [Update] })
          onUpdate(message: Update): void {
            seen.push(message.constructor.name);
          }
        }
        return Handler;
      },
    ],
  ])('is registered by being named: by %s', async (_, handler) => {
    const seen: string[] = [];
    const { broker } = await start([], handler(seen));
    expect(await broker.deliver(new Update({}).toJSON())).toBe('ack');
    expect(seen).toEqual(['Update']);
  });
});
