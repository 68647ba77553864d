import { setImmediate as turn } from 'node:timers/promises';
import { Injectable, Module, type OnModuleDestroy } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  Consumer,
  ConsumeException,
  FedoraMessagingModule,
  FedoraMessagingService,
  getFedoraMessagingToken,
  Message,
} from '../../../lib/index.js';
import { TestingBroker } from '../../../lib/testing/index.js';
import { startApp } from '../../support/application.js';
import { testLogger } from '../../support/captured-log.js';
import { deferred } from '../../support/collector.js';
import { memoryUrl } from '../../support/memory-url.js';

const QUEUE = { durable: true, autoDelete: false, exclusive: false, arguments: {} };
const consumes = (queue: string) => ({ queues: { [queue]: QUEUE }, bindings: [] });

describe('an application that is closed while its consumers are being started', () => {
  it('calls no handler after the first onModuleDestroy, and consumes nothing afterwards', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 150 }), fc.boolean(), async (microtasks, isDecorated) => {
        let isDestroyed = false;
        let callsAfterwards = 0;

        @Injectable()
        class Handler implements OnModuleDestroy {
          @Consumer(consumes('one'))
          one(): void {
            if (isDestroyed) callsAfterwards++;
          }

          @Consumer(consumes('two'))
          two(): void {
            this.one();
          }

          @Consumer(consumes('three'))
          three(): void {
            this.one();
          }

          async onModuleDestroy(): Promise<void> {
            isDestroyed = true;
            for (let n = 0; n < 10; n++) await turn();
          }
        }
        const broker = new TestingBroker();
        const before = await startApp({ options: { amqpUrl: broker.amqpUrl } });
        await before.get(FedoraMessagingService).consume(() => undefined, {
          queues: { one: QUEUE, two: QUEUE, three: QUEUE },
          bindings: ['one', 'two', 'three'].map((queue) => ({
            queue,
            exchange: 'amq.topic',
            routingKeys: ['#'],
          })),
        });
        await before.close();
        for (let n = 0; n < 5; n++) await broker.deliver(new Message({ topic: 'a.topic' }), { queue: 'one' });

        const app = await startApp({
          options: { amqpUrl: broker.amqpUrl, consumers: false },
          providers: [Handler],
        });
        const service = app.get(FedoraMessagingService);
        const started = isDecorated
          ? service.startConsumers()
          : service.consume(() => app.get(Handler).one(), {
              queues: { one: QUEUE, two: QUEUE, three: QUEUE },
              bindings: [],
            });
        const settled = started.then(
          () => 'started',
          (error: unknown) => error,
        );
        for (let n = 0; n < microtasks; n++) await Promise.resolve();
        await app.close();
        const outcome = await settled;
        if (outcome !== 'started') expect(outcome).toBeInstanceOf(ConsumeException);
        expect(callsAfterwards).toBe(0);
        expect(service.consumers).toEqual([]);
        for (const queue of ['one', 'two', 'three']) {
          expect(await broker.deliver(new Message({ topic: 'a.topic' }), { queue })).toBe('queued');
        }
        expect(callsAfterwards).toBe(0);
      }),
      { numRuns: 30 },
    );
  });

  it('refuses to start consumers after it is closed', async () => {
    const app = await startApp({ options: { amqpUrl: memoryUrl() } });
    const service = app.get(FedoraMessagingService);
    await app.close();
    await expect(service.consume(() => undefined)).rejects.toThrow(/can't start: the application is closing/);
  });

  it.each([
    ['first', 'second'],
    ['second', 'first'],
  ] as const)(
    'stops the consumers of all its buses although a handler still works on a message: bus %s',
    async (hangs, stops) => {
      const brokers = { first: new TestingBroker(), second: new TestingBroker() };
      const hanging = deferred();
      const begun = deferred();

      @Injectable()
      class Handler {
        @Consumer({ bus: hangs })
        hang(): Promise<void> {
          begun.resolve();
          return hanging.promise;
        }

        @Consumer({ bus: stops })
        stop(): void {}
      }

      @Module({
        imports: [
          FedoraMessagingModule.forRoot({ bus: 'first', amqpUrl: brokers.first.amqpUrl }),
          FedoraMessagingModule.forRoot({ bus: 'second', amqpUrl: brokers.second.amqpUrl }),
        ],
        providers: [Handler],
      })
      class App {}
      const app = await NestFactory.createApplicationContext(App, {
        logger: testLogger(),
        abortOnError: false,
      });
      const [consumer] = app.get<FedoraMessagingService>(getFedoraMessagingToken(stops)).consumers;
      void brokers[hangs].deliver(new Message({ topic: 'a.topic' }));
      await begun.promise;
      const closed = app.close();
      await consumer!.result;
      expect(await brokers[stops].deliver(new Message({ topic: 'a.topic' }))).toBe('unroutable');
      hanging.resolve();
      await closed;
    },
  );
});
