import { describe, expect, it } from 'vitest';
import {
  FedoraMessagingContext,
  FedoraMessagingService,
  Message,
  type PublishOptions,
} from '../../lib/index.js';
import { startApp } from '../support/application.js';
import { Collector } from '../support/collector.js';
import { memoryUrl } from '../support/memory-url.js';
import { amqpUrl, RawClient, unique } from '../support/shared-rabbitmq.js';

const BROKERS: [broker: string, url: () => string][] = [
  ['RabbitMQ', amqpUrl],
  ['memory://', memoryUrl],
];

/** A durable queue that is deleted with its last consumer. */
const QUEUE = { durable: true, autoDelete: true, exclusive: false, arguments: {} };

describe.each(BROKERS)('on %s', (_, url) => {
  async function start() {
    const topic = unique('properties');
    const service = (await startApp({ options: { amqpUrl: url() } })).get(FedoraMessagingService);
    const contexts = new Collector<FedoraMessagingContext>();
    const topology = {
      queues: { [unique('queue')]: QUEUE },
      bindings: { exchange: 'amq.topic', routingKeys: [topic] },
    };
    const publish = (options?: PublishOptions) => service.publish(new Message({ topic }), options);
    return { topic, service, contexts, topology, publish };
  }

  it('a handler reads in its context the properties that the publisher gave: expiration, correlation id, type, timestamp, application, reply queue', async () => {
    const { service, contexts, topology, publish } = await start();
    await service.consume((__, context) => contexts.add(context), topology);
    await publish({
      expiration: 60_000,
      correlationId: 'request-1',
      type: 'build.requested',
      timestamp: new Date('2026-01-02T03:04:05.678Z'),
      appId: 'koji',
      replyTo: 'replies',
    });
    const [context] = await contexts.whenCount(1);
    expect(context!.properties).toMatchObject({
      expiration: '60000',
      correlationId: 'request-1',
      type: 'build.requested',
      timestamp: 1_767_323_045,
      appId: 'koji',
      replyTo: 'replies',
    });
  });

  it('properties that the publisher leaves out are undefined', async () => {
    const { service, contexts, topology, publish } = await start();
    await service.consume((__, context) => contexts.add(context), topology);
    await publish({ correlationId: 'only-this' });
    await publish({ type: undefined } as never);
    const [given, none] = await contexts.whenCount(2);
    expect(given!.properties).toMatchObject({
      correlationId: 'only-this',
      type: undefined,
      expiration: undefined,
    });
    const { appId, type, expiration, timestamp, correlationId, replyTo } = none!.properties;
    expect([appId, type, expiration, timestamp, correlationId, replyTo]).toEqual(Array.from({ length: 6 }));
  });

  it.each([0, 1, 2 ** 32, 315_360_000_000])(
    'an expiration of %s milliseconds is accepted by the broker',
    async (expiration) => {
      const { service, contexts, topology, publish } = await start();
      await service.consume((__, context) => contexts.add(context), topology);
      await publish({ expiration });
      await publish();
      const received = await contexts.whenCount(2);
      expect(received.map(({ properties }) => properties.expiration)).toEqual([
        String(expiration),
        undefined,
      ]);
    },
  );

  it('an expired message is dead-lettered, and other messages of its queue are not', async () => {
    const { topic, service, contexts, publish } = await start();
    const [waiting, dead] = [unique('waiting'), unique('dead')];
    const consumers = await service.consume((__, context) => contexts.add(context), {
      queues: { [dead]: QUEUE },
      bindings: [],
    });
    const deadLetters = { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': dead };
    const [paused] = await service.consume(() => undefined, {
      queues: { [waiting]: { ...QUEUE, autoDelete: false, exclusive: true, arguments: deadLetters } },
      bindings: { exchange: 'amq.topic', routingKeys: [topic] },
    });
    await paused!.pause();
    await publish({ expiration: 10, correlationId: 'expires' });
    await publish({ correlationId: 'stays' });
    await contexts.whenCount(1);
    expect(contexts.items.map(({ properties }) => properties.correlationId)).toEqual(['expires']);
    expect(consumers[0]!.isConsuming).toBe(true);
  });

  it('a received message that is published again keeps its properties, and options replace some of them', async () => {
    const { topic, service, contexts, topology, publish } = await start();
    const again = unique('again');
    await service.consume((message, context) => {
      contexts.add(context);
      message.topic = again;
      return service.publish(message, { correlationId: 'of-relay' });
    }, topology);
    await service.consume((__, context) => contexts.add(context), {
      queues: { [unique('queue')]: QUEUE },
      bindings: { exchange: 'amq.topic', routingKeys: [again] },
    });
    await publish({
      correlationId: 'of-publisher',
      type: 'kept',
      timestamp: 1_700_000_000,
      expiration: 60_000,
    });
    const [, relayed] = await contexts.whenCount(2);
    expect(topic).not.toBe(relayed!.message.topic);
    expect(relayed!.properties).toMatchObject({
      correlationId: 'of-relay',
      type: 'kept',
      timestamp: 1_700_000_000,
      expiration: '60000',
    });
  });
});

describe('a message on the wire', () => {
  it('has everything that Fedora’s format fixes, with and without options', async () => {
    const topic = unique('fixed');
    const raw = await RawClient.open();
    const queue = await raw.queue('amq.topic', topic);
    const service = (await startApp({ options: { amqpUrl: amqpUrl() } })).get(FedoraMessagingService);
    const message = new Message({ topic, body: { a: 1 } });
    await service.publish(message);
    await service.publish(message, {
      expiration: 60_000,
      correlationId: 'c',
      type: 't',
      timestamp: 1.9,
      appId: 'a',
    });
    const [plain, given] = [await raw.next(queue), await raw.next(queue)];
    expect(given.content).toEqual(plain.content);
    expect(given.fields.routingKey).toBe(topic);
    expect(given.properties).toEqual({
      ...plain.properties,
      expiration: '60000',
      correlationId: 'c',
      type: 't',
      timestamp: 1,
      appId: 'a',
    });
  });
});
