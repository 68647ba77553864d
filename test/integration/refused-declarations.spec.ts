import { describe, expect, it, onTestFinished } from 'vitest';
import {
  BadDeclaration,
  type ConsumerOptions,
  type FedoraMessagingEvent,
  FedoraMessagingService,
  Message,
  Publisher,
} from '../../lib/index.js';
import { startApp } from '../support/application.js';
import { captureLog } from '../support/captured-log.js';
import { Collector } from '../support/collector.js';
import { errorOf } from '../support/error-of.js';
import { RabbitMq } from '../support/rabbitmq.js';
import { startService } from '../support/rabbitmq-service.js';
import { amqpUrl, RawClient, TEMPORARY, unique } from '../support/shared-rabbitmq.js';

const DURABLE = { ...TEMPORARY, durable: true };
const STREAM = { ...DURABLE, arguments: { 'x-queue-type': 'stream' } };

/** Counts the connections for consuming. */
function connectionsOf(service: FedoraMessagingService): { readonly count: number } {
  const seen: FedoraMessagingEvent[] = [];
  service.events$.subscribe((event) => {
    if (event.type === 'connected' && event.connection === 'consuming') seen.push(event);
  });
  return {
    get count() {
      return seen.length;
    },
  };
}

/** Whether the broker closed the whole connection: RabbitMQ of some versions closes only the channel. */
function closesConnection({ cause }: BadDeclaration): boolean {
  return (cause as { code: number }).code >= 500;
}

/** Options of a consumer of a queue that is deleted when the test ends. */
function consuming(
  raw: RawClient,
  options: Partial<ConsumerOptions> = {},
  queue = TEMPORARY,
): ConsumerOptions {
  const name = unique('refused');
  raw.deleteLater(name);
  return { queues: { [name]: queue }, bindings: [], ...options };
}

describe('a declaration for which the broker closes the connection', () => {
  it.each<[string, BadDeclaration['objectType'], (raw: RawClient) => ConsumerOptions]>([
    [
      'a stream with a maximal age that is no time',
      'queue',
      (raw) => consuming(raw, {}, { ...STREAM, arguments: { ...STREAM.arguments, 'x-max-age': 'long' } }),
    ],
    [
      'an offset that is no offset',
      'consumer',
      (raw) => consuming(raw, { consumeArguments: { 'x-stream-offset': 'somewhere' } }, STREAM),
    ],
    [
      'a consumer of a stream without a prefetch limit',
      'consumer',
      (raw) => consuming(raw, { prefetch: 0 }, STREAM),
    ],
  ])(
    'is a BadDeclaration of its own consumer, and other consumers go on: %s',
    async (_, objectType, wrong) => {
      const raw = await RawClient.open();
      const service = await startService();
      const connections = connectionsOf(service);
      const seen = new Collector();
      const healthy = consuming(raw);
      await service.consume((message: Message) => seen.add(message), healthy);
      const error = await errorOf(service.consume(() => undefined, wrong(raw)));
      expect(error).toBeInstanceOf(BadDeclaration);
      expect(error).toMatchObject({
        objectType,
        reason: expect.stringMatching(/^(INTERNAL_ERROR|PRECONDITION_FAILED)/) as string,
      });
      raw.send(Object.keys(healthy.queues!)[0]!, '{}');
      await seen.whenCount(1);
      expect(connections.count).toBe(closesConnection(error as BadDeclaration) ? 2 : 1);
      expect(service.consumers).toHaveLength(1);
    },
  );

  it('is found among consumers that start at the same time, and only its own consumer does not start', async () => {
    const raw = await RawClient.open();
    const log = captureLog();
    const service = await startService();
    const connections = connectionsOf(service);
    const good = Array.from({ length: 6 }, () => consuming(raw));
    const bad = consuming(raw, { consumeArguments: { 'x-stream-offset': 'somewhere' } }, STREAM);
    const seen = new Collector();
    const started = await Promise.allSettled(
      [...good.slice(0, 3), bad, ...good.slice(3)].map((options) =>
        service.consume((message: Message) => seen.add(message), options),
      ),
    );
    expect(started.map(({ status }) => status)).toEqual([
      ...Array<string>(3).fill('fulfilled'),
      'rejected',
      ...Array<string>(3).fill('fulfilled'),
    ]);
    expect((started[3] as PromiseRejectedResult).reason).toBeInstanceOf(BadDeclaration);
    for (const { queues } of good) raw.send(Object.keys(queues!)[0]!, '{}');
    await seen.whenCount(good.length);
    // Once for all that declared at the same time, and once for the refused declaration.
    expect(connections.count).toBeLessThanOrEqual(3);
    expect(log.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it("of a queue that RabbitMQ 4 is configured to refuse is a BadDeclaration with the broker's reason", async ({
    skip,
  }) => {
    const { version } = await RawClient.open();
    skip(!version.isSince(4), 'RabbitMQ refuses such queues since version 4, where it is configured to');
    const broker = await RabbitMq.start({
      config: ['deprecated_features.permit.transient_nonexcl_queues = false'],
    });
    onTestFinished(() => broker.stop());
    const service = await startService({ amqpUrl: `amqp://guest:guest@127.0.0.1:${broker.port}/` });
    const connections = connectionsOf(service);
    await service.consume(() => undefined, { queues: { kept: DURABLE }, bindings: [] });
    const error = await errorOf(
      service.consume(() => undefined, { queues: { passing: TEMPORARY }, bindings: [] }),
    );
    expect(error).toMatchObject({
      objectType: 'queue',
      description: { name: 'passing', durable: false },
      reason: expect.stringContaining('transient_nonexcl_queues') as string,
    });
    await expect.poll(() => service.consumers.map(({ isConsuming }) => isConsuming)).toEqual([true]);
    expect(connections.count).toBe(2);
  });

  it('of an exchange fails publishes with a BadDeclaration', async () => {
    const exchange = unique('exchange');
    const app = await startApp({
      options: {
        amqpUrl: amqpUrl(),
        exchanges: { [exchange]: { type: 'nonsense' } },
        publishExchange: exchange,
      },
    });
    const error = await errorOf(app.get(Publisher).publish(new Message({ topic: 'a' })));
    expect(error).toMatchObject({
      name: 'BadDeclaration',
      objectType: 'exchange',
      reason: expect.stringContaining("unknown exchange type 'nonsense'") as string,
    });
  });
});
