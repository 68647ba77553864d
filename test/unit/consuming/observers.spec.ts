import { expect, it } from 'vitest';
import type { DeliveryObserver, ObservedConsumer } from '../../../lib/consuming/index.js';
import { FedoraMessagingService, Message } from '../../../lib/index.js';
import { BUS, type Bus } from '../../../lib/module/index.js';
import { TestingBroker } from '../../../lib/testing/index.js';
import { startApp } from '../../support/application.js';
import { deferred } from '../../support/collector.js';

const QUEUE = { durable: true, autoDelete: false, exclusive: false, arguments: {} };

async function start() {
  const broker = new TestingBroker();
  const app = await startApp({ options: { amqpUrl: broker.amqpUrl } });
  const { consumers } = app.get<Bus>(BUS, { strict: false });
  return { broker, consumers, service: app.get(FedoraMessagingService) };
}

/** An observer of all consumers that notes what it is told. */
function notes() {
  const told: string[] = [];
  const observerOf = ({ queue }: ObservedConsumer): DeliveryObserver => {
    told.push(`consumer ${queue}`);
    return {
      received: ({ context }) => void told.push(`received ${context?.message.topic}`),
      handled: ({ context }, outcome) => void told.push(`${outcome} ${context?.message.topic}`),
      invalid: () => void told.push('invalid'),
    };
  };
  return { told, observerOf };
}

it('an observer that comes late is told of running and stopped consumers, and of messages that begin from then on', async () => {
  const { broker, consumers, service } = await start();
  const begun = deferred();
  const gate = deferred();
  await service.consume(
    ({ topic }: Message) => {
      begun.resolve();
      return topic === 'a.first' ? gate.promise : undefined;
    },
    { queues: { a: QUEUE }, bindings: [{ exchange: 'amq.topic', routingKeys: ['a.#'] }] },
  );
  const [stops] = await service.consume(
    () => {
      throw new Error('out of cheese');
    },
    { queues: { b: QUEUE }, bindings: [{ exchange: 'amq.topic', routingKeys: ['b.#'] }] },
  );
  void broker.deliver(new Message({ topic: 'b.first' }));
  await expect(stops!.result).rejects.toThrow('out of cheese');
  const first = broker.deliver(new Message({ topic: 'a.first' }));
  await begun.promise;
  const { told, observerOf } = notes();
  consumers.observe(observerOf);
  expect(told.splice(0).toSorted()).toEqual(['consumer a', 'consumer b']);
  gate.resolve();
  expect(await first).toBe('ack');
  expect(await broker.deliver(new Message({ topic: 'a.second' }))).toBe('ack');
  expect(told).toEqual(['received a.second', 'processed a.second']);
});

it('an observer is told of each queue of a consumer when its turn to start comes', async () => {
  const { consumers, service } = await start();
  const running: string[][] = [];
  consumers.observe((consumer) => {
    void Promise.resolve().then(() => running.push(consumers.running.map(({ queue }) => queue)));
    return notes().observerOf(consumer);
  });
  await service.consume(() => undefined, { queues: { a: QUEUE, b: QUEUE }, bindings: [] });
  expect(running).toEqual([['a'], ['a', 'b']]);
});
