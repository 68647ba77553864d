import { setImmediate as turn } from 'node:timers/promises';
import type { INestApplicationContext } from '@nestjs/common';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BUS, type Bus } from '../../../lib/module/index.js';
import { FedoraMessagingService, Message, type RunningConsumer } from '../../../lib/index.js';
import { TestingBroker } from '../../../lib/testing/index.js';
import { startApp } from '../../support/application.js';
import { deferred } from '../../support/collector.js';

const QUEUE = { durable: true, autoDelete: false, exclusive: false, arguments: {} };

interface Consuming {
  readonly app: INestApplicationContext;
  readonly broker: TestingBroker;
  readonly consumer: RunningConsumer;
}

async function consuming(handler: (message: Message) => unknown, concurrency = 1): Promise<Consuming> {
  const broker = new TestingBroker();
  const app = await startApp({ options: { amqpUrl: broker.amqpUrl, shutdownTimeout: 1000 } });
  const [consumer] = await app.get(FedoraMessagingService).consume(handler, {
    queues: { wishes: QUEUE },
    bindings: [{ exchange: 'amq.topic', routingKeys: ['#'] }],
    concurrency,
  });
  return { app, broker, consumer: consumer! };
}

/** Cuts the consuming connection, as a broker that dies does. The next connection comes by itself. */
async function loseConnection(app: INestApplicationContext): Promise<void> {
  const { consuming: connection } = app.get<Bus>(BUS, { strict: false }).connections;
  if (connection.isUp) await (await connection.connect()).model.close();
}

describe('a consumer that is paused, resumed, cancelled and disconnected in any order', () => {
  it('fulfils the last call, resolves when that is done, and loses no message', async () => {
    const step = fc.constantFrom('pause', 'resume', 'lose', 'publish', 'publish', 'turn', 'await');
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 14 }),
        fc.constantFrom('pause', 'resume', 'cancel', 'close'),
        fc.integer({ min: 1, max: 3 }),
        async (steps, last, concurrency) => {
          let inHand = 0;
          let isClosed = false;
          const published = new Set<string>();
          const handled = new Set<string>();
          const { app, broker, consumer } = await consuming(async ({ id }) => {
            expect(isClosed).toBe(false);
            inHand++;
            await turn();
            handled.add(id!);
            inHand--;
          }, concurrency);

          let wish = 'resume';
          let losses = 0;
          const fulfilled: Promise<void>[] = [];
          const take = (name: string): void => {
            if (name === 'pause') {
              wish = name;
              const wished = consumer.pause().then(() => {
                if (wish !== 'pause') return;
                expect(consumer).toMatchObject({ isPaused: true, isConsuming: false });
                expect(inHand).toBe(0);
              });
              fulfilled.push(wished);
            } else if (name === 'resume') {
              wish = name;
              const lossesBefore = losses;
              const wished = consumer.resume().then(() => {
                if (wish === 'resume' && losses === lossesBefore) expect(consumer.isConsuming).toBe(true);
              });
              fulfilled.push(wished);
            }
          };
          const publish = (): Promise<string> => {
            const message = new Message({ topic: 'a.wish' });
            published.add(message.id!);
            return broker.deliver(message);
          };

          for (const name of steps) {
            take(name);
            if (name === 'lose') {
              losses++;
              await loseConnection(app);
            } else if (name === 'publish') void publish();
            else if (name === 'turn') await turn();
            else if (name === 'await') await fulfilled.at(-1);
          }
          wish = last;
          take(last);
          if (last === 'cancel') await consumer.cancel();
          if (last === 'close') await app.close();
          isClosed = last === 'cancel' || last === 'close';
          await Promise.all(fulfilled);
          if (last === 'resume') {
            expect(await publish()).toBe('ack');
            await broker.whenIdle();
            expect(handled).toEqual(published);
          } else {
            expect(await publish()).toBe('queued');
            expect(inHand).toBe(0);
            expect(consumer.isConsuming).toBe(false);
          }
          if (isClosed) await consumer.result;
          await app.close();
          expect(app.get(FedoraMessagingService).consumers).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is paused when the pause() after a resume() resolves, with a message still in hand', async () => {
    const begun = deferred();
    const gate = deferred();
    const { broker, consumer } = await consuming(() => {
      begun.resolve();
      return gate.promise;
    });
    const delivered = broker.deliver(new Message({ topic: 'a.wish' }));
    await begun.promise;
    void consumer.pause();
    void consumer.resume();
    const paused = consumer.pause();
    gate.resolve();
    await paused;
    expect(await delivered).toBe('ack');
    expect(consumer).toMatchObject({ isPaused: true, isConsuming: false });
    expect(await broker.deliver(new Message({ topic: 'a.wish' }))).toBe('queued');
  });

  it('is subscribed when a resume() resolves that interrupted a pause() with a message in hand', async () => {
    const begun = deferred();
    const gate = deferred();
    const { broker, consumer } = await consuming(() => {
      begun.resolve();
      return gate.promise;
    });
    const first = broker.deliver(new Message({ topic: 'a.wish' }));
    await begun.promise;
    const paused = consumer.pause();
    // The broker has ended the subscription; the pause waits for the message in hand.
    await turn();
    const resumed = consumer.resume();
    let isResumed = false;
    void resumed.then(() => (isResumed = true));
    await turn();
    expect([isResumed, consumer.isConsuming]).toEqual([false, false]);
    gate.resolve();
    await Promise.all([paused, resumed]);
    expect(consumer.isConsuming).toBe(true);
    expect(await first).toBe('ack');
    expect(await broker.deliver(new Message({ topic: 'a.wish' }))).toBe('ack');
  });

  it('is paused at once while there is no connection, and resumed when there is a connection', async () => {
    const { app, broker, consumer } = await consuming(() => undefined);
    await loseConnection(app);
    await consumer.pause();
    expect(consumer.isConsuming).toBe(false);
    await consumer.resume();
    expect(consumer.isConsuming).toBe(true);
    expect(await broker.deliver(new Message({ topic: 'a.wish' }))).toBe('ack');
  });
});

describe('a consumer with concurrency that fails while another message hangs', () => {
  it('reports the failure at once, and gives back the failed and the waiting messages', async () => {
    const begun = deferred();
    const never = deferred();
    const seen: unknown[] = [];
    const { app, broker, consumer } = await consuming(({ body }: Message) => {
      seen.push(body['n']);
      if (body['n'] === 0) {
        begun.resolve();
        return never.promise;
      }
      throw new Error('out of cheese');
    }, 2);
    const service = app.get(FedoraMessagingService);
    const events: unknown[] = [];
    service.events$.subscribe(({ type }) => events.push(type));
    const deliver = (n: number) => broker.deliver(new Message({ topic: 'a.wish', body: { n } }));
    const hanging = deliver(0);
    await begun.promise;
    void deliver(1);
    await expect(consumer.result).rejects.toThrow('out of cheese');
    expect(service.stoppedConsumers).toEqual([consumer]);
    expect(service.consumers).toEqual([]);
    expect(events).toContain('consumer-stopped');
    const [other] = await service.consume(({ body }: Message) => void seen.push(body['n'], 'again'), {
      queues: { wishes: QUEUE },
      bindings: [],
    });
    await expect.poll(() => seen).toEqual([0, 1, 1, 'again']);
    await other!.cancel();
    never.resolve();
    expect(await hanging).toBe('ack');
  });

  it('finishes the hanging message when the application closes', async () => {
    const begun = deferred();
    const gate = deferred();
    const { app, broker, consumer } = await consuming(({ body }: Message) => {
      if (body['n'] !== 0) throw new Error('out of cheese');
      begun.resolve();
      return gate.promise;
    }, 2);
    const hanging = broker.deliver(new Message({ topic: 'a.wish', body: { n: 0 } }));
    await begun.promise;
    void broker.deliver(new Message({ topic: 'a.wish', body: { n: 1 } }));
    await expect(consumer.result).rejects.toThrow('out of cheese');
    const closed = app.close();
    gate.resolve();
    await closed;
    expect(await hanging).toBe('ack');
  });
});
