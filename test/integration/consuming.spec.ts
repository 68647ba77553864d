import { Controller, Injectable } from '@nestjs/common';
import { describe, expect, it, vi } from 'vitest';
import {
  BadDeclaration,
  type BindingOptions,
  ConnectionException,
  Consumer,
  ConsumerCanceled,
  type ConsumerFunction,
  Drop,
  FedoraMessagingService,
  HaltConsumer,
  Message,
  Nack,
  PermissionException,
  Publisher,
  type QueueOptions,
  type RunningConsumer,
} from '../../lib/index.js';
import { startApp } from '../support/application.js';
import { captureLog } from '../support/captured-log.js';
import { Collector, deferred } from '../support/collector.js';
import { startService } from '../support/rabbitmq-service.js';
import {
  addUser,
  amqpUrl,
  closeConnections,
  RawClient,
  TEMPORARY,
  unique,
} from '../support/shared-rabbitmq.js';

/** Consumes a queue of the test's own. */
async function consumeQueue(
  service: FedoraMessagingService,
  handler: ConsumerFunction<Message<object>>,
  { queue = unique('queue'), bindings = [] as BindingOptions[], options = TEMPORARY as QueueOptions } = {},
): Promise<{ consumer: RunningConsumer; queue: string; raw: RawClient }> {
  const raw = await RawClient.open();
  raw.deleteLater(queue);
  const [consumer] = await service.consume(handler, { queues: { [queue]: options }, bindings });
  return { consumer: consumer!, queue, raw };
}

const body = (n: number): string => JSON.stringify({ n });
const numberOf = (message: Message<object>): number => (message.body as { n: number }).n;

describe('a decorated handler', () => {
  it('of a provider or a controller gets the messages of its queue, and may publish', async () => {
    const topic = unique('decorated');
    const replies = new Collector();
    const queues = { [unique('a')]: { ...TEMPORARY, autoDelete: true } };

    @Injectable()
    class Provider {
      constructor(private readonly publisher: Publisher) {}

      @Consumer({ queues, bindings: [{ exchange: 'amq.topic', routingKeys: [`${topic}.in`] }] })
      async onMessage(message: Message): Promise<void> {
        await this.publisher.publish(new Message({ topic: `${topic}.out`, body: { about: message.id } }));
      }
    }

    @Controller()
    class Controlled {
      @Consumer({ bindings: [{ exchange: 'amq.topic', routingKeys: [`${topic}.out`] }] })
      onReply(message: Message): void {
        replies.add(message);
      }
    }

    const app = await startApp({
      options: { amqpUrl: amqpUrl() },
      providers: [Provider],
      controllers: [Controlled],
    });
    const message = new Message({ topic: `${topic}.in` });
    await app.get(Publisher).publish(message);
    const [reply] = await replies.whenCount(1);
    expect(reply!.body).toEqual({ about: message.id });
    expect(reply!.topic).toBe(`${topic}.out`);
    expect(reply!.queue).toMatch(/^amq\.gen/);
  });

  it('without options consumes the configured queues with the configured bindings', async () => {
    const topic = unique('configured');
    const [one, two] = [unique('one'), unique('two')];
    const seen = new Collector();

    @Injectable()
    class Handler {
      @Consumer()
      onMessage(message: Message): void {
        seen.add(message);
      }
    }

    const app = await startApp({
      options: {
        amqpUrl: amqpUrl(),
        queues: { [one]: { ...TEMPORARY, autoDelete: true }, [two]: { ...TEMPORARY, autoDelete: true } },
        bindings: [
          { queue: one, exchange: 'amq.topic', routingKeys: [`${topic}.a`, `${topic}.both`] },
          { queue: two, exchange: 'amq.topic', routingKeys: [`${topic}.b`, `${topic}.both`] },
        ],
      },
      providers: [Handler],
    });
    for (const word of ['a', 'b', 'both'])
      await app.get(Publisher).publish(new Message({ topic: `${topic}.${word}` }));
    const received = await seen.whenCount(4);
    expect(received.map(({ queue, topic: key }) => `${queue} ${key}`).sort()).toEqual(
      [`${one} ${topic}.a`, `${one} ${topic}.both`, `${two} ${topic}.b`, `${two} ${topic}.both`].sort(),
    );
    expect(app.get(FedoraMessagingService).consumers.map(({ queue, name }) => [queue, name])).toEqual([
      [one, 'Handler.onMessage'],
      [two, 'Handler.onMessage'],
    ]);
  });
});

describe('a consumer', () => {
  it('handles one message at a time, in order, while the broker sends others ahead', async () => {
    const service = await startService();
    const seen = new Collector<number>();
    let running = 0;
    const { queue, raw } = await consumeQueue(service, async (message) => {
      expect(++running).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      seen.add(numberOf(message));
    });
    for (let n = 0; n < 200; n++) raw.send(queue, body(n));
    expect(await seen.whenCount(200)).toEqual(Array.from({ length: 200 }, (_, n) => n));
  });

  it('gets as many messages ahead as prefetchCount says', async () => {
    const service = await startService({ qos: { prefetchCount: 3 } });
    const gate = deferred();
    const { queue, raw } = await consumeQueue(service, () => gate.promise);
    for (let n = 0; n < 10; n++) raw.send(queue, body(n));
    await expect.poll(() => raw.count(queue)).toBe(7);
    gate.resolve();
    await expect.poll(() => service.statistics.consumed.processed).toBe(10);
  });

  it('may be a class, which is instantiated once', async () => {
    const service = await startService();
    const seen = new Collector<object>();
    class Handler {
      handle(): void {
        seen.add(this);
      }
    }
    const queue = unique('class');
    const raw = await RawClient.open();
    await service.consume(Handler, { queues: { [queue]: { ...TEMPORARY, autoDelete: true } }, bindings: [] });
    raw.send(queue, '{}');
    raw.send(queue, '{}');
    const [first, second] = await seen.whenCount(2);
    expect(first).toBeInstanceOf(Handler);
    expect(second).toBe(first);
  });

  it('is refused when it is neither a function nor a class with handle()', async () => {
    const service = await startService();
    await expect(service.consume(class NoHandler {} as never)).rejects.toThrow(/NoHandler.*handle/);
    await expect(service.consume('no function' as never)).rejects.toThrow(TypeError);
  });

  it('acknowledges when the handler returns', async () => {
    const service = await startService();
    const { queue, raw, consumer } = await consumeQueue(service, () => undefined);
    raw.send(queue, '{}');
    await expect.poll(() => service.statistics.consumed.processed).toBe(1);
    await consumer.cancel();
    expect(await raw.count(queue)).toBe(0);
  });

  it('requeues a message on Nack, and the message comes again', async () => {
    const service = await startService();
    const seen = new Collector<number>();
    const { queue, raw } = await consumeQueue(service, async (message) => {
      seen.add(numberOf(message));
      if (seen.items.length < 3) throw new Nack();
    });
    raw.send(queue, body(1));
    expect(await seen.whenCount(3)).toEqual([1, 1, 1]);
    await expect
      .poll(() => service.statistics.consumed)
      .toEqual({
        received: 3,
        processed: 1,
        dropped: 0,
        rejected: 2,
        failed: 0,
      });
  });

  it('rejects a message without requeueing on Drop, and the message is dead-lettered', async () => {
    const service = await startService();
    const raw = await RawClient.open();
    const deadLetters = await raw.queue('');
    const { queue } = await consumeQueue(
      service,
      () => {
        throw new Drop();
      },
      {
        options: {
          ...TEMPORARY,
          arguments: { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': deadLetters },
        },
      },
    );
    raw.send(queue, body(7));
    expect((await raw.next(deadLetters)).content.toString()).toBe(body(7));
    expect(service.statistics.consumed).toMatchObject({ received: 1, dropped: 1 });
  });

  it('stops on HaltConsumer, with the message acknowledged, and the HaltConsumer is its result', async () => {
    const service = await startService();
    const halt = new HaltConsumer({ exitCode: 3, reason: 'enough' });
    const { queue, raw, consumer } = await consumeQueue(service, (message) => {
      if (numberOf(message) === 2) throw halt;
    });
    for (const n of [1, 2, 3, 4]) raw.send(queue, body(n));
    await expect(consumer.result).rejects.toBe(halt);
    expect(halt).toMatchObject({ exitCode: 3, reason: 'enough', requeue: false });
    await expect.poll(() => raw.count(queue)).toBe(2);
    expect((await raw.next(queue)).content.toString()).toBe(body(3));
    expect(service.consumers).toEqual([]);
    expect(service.statistics).toMatchObject({ consuming: false, consumed: { processed: 2 } });
  });

  it('stops on HaltConsumer with requeue, with the message back in the queue', async () => {
    const service = await startService();
    const { queue, raw, consumer } = await consumeQueue(service, async () => {
      throw new HaltConsumer({ requeue: true });
    });
    raw.send(queue, body(1));
    await expect(consumer.result).rejects.toThrow(HaltConsumer);
    expect((await raw.next(queue)).content.toString()).toBe(body(1));
    expect(service.statistics.consumed).toMatchObject({ processed: 0, rejected: 1 });
  });

  it.each([
    ['throws', () => { throw new Error('broken handler'); }], // prettier-ignore
    ['rejects', () => Promise.reject(new Error('broken handler'))],
  ])('stops when the handler %s another error, and all messages go back', async (_, fail) => {
    const service = await startService();
    const log = captureLog();
    const { queue, raw, consumer } = await consumeQueue(service, fail);
    for (const n of [1, 2, 3]) raw.send(queue, body(n));
    await expect(consumer.result).rejects.toThrow('broken handler');
    await expect.poll(() => raw.count(queue)).toBe(3);
    expect(service.statistics.consumed).toMatchObject({ received: 1, failed: 1 });
    expect(log).toContainEqual({ level: 'error', text: expect.stringContaining('broken handler') as string });
  });

  it('finishes and acknowledges its message when it is cancelled, and other messages go back', async () => {
    const service = await startService();
    const started = deferred();
    const gate = deferred();
    const { queue, raw, consumer } = await consumeQueue(service, async () => {
      started.resolve();
      await gate.promise;
    });
    for (const n of [1, 2, 3]) raw.send(queue, body(n));
    await started.promise;
    const cancelled = consumer.cancel();
    const onCancelled = vi.fn<() => void>();
    void cancelled.then(onCancelled);
    await expect.poll(() => consumer.isConsuming).toBe(false);
    expect(onCancelled).not.toHaveBeenCalled();
    gate.resolve();
    await cancelled;
    await expect(consumer.result).resolves.toBeUndefined();
    expect(service.statistics.consumed).toMatchObject({ received: 1, processed: 1 });
    await expect.poll(() => raw.count(queue)).toBe(2);
  });

  it.each(['queue', 'nodedown-alerts', 'timed out'])(
    "ends with ConsumerCanceled when its queue '%s' is deleted",
    async (name) => {
      const service = await startService();
      const { queue, raw, consumer } = await consumeQueue(service, () => undefined, { queue: unique(name) });
      await raw.channel.deleteQueue(queue);
      await expect(consumer.result).rejects.toThrow(
        expect.objectContaining({ constructor: ConsumerCanceled, queue }) as Error,
      );
      expect(service.consumers).toEqual([]);
    },
  );

  it('keeps the order of a queue with slow and fast handlers', async () => {
    const service = await startService();
    const seen = new Collector<number>();
    const { queue, raw } = await consumeQueue(service, (message) => {
      const n = numberOf(message);
      if (n % 3 === 0) return Promise.resolve().then(() => seen.add(n));
      seen.add(n);
      return undefined;
    });
    for (let n = 0; n < 100; n++) raw.send(queue, body(n));
    expect(await seen.whenCount(100)).toEqual(Array.from({ length: 100 }, (_, n) => n));
  });
});

describe('starting a consumer', () => {
  it('fails with a BadDeclaration when the queue exists with other settings', async () => {
    const service = await startService();
    const raw = await RawClient.open();
    const queue = await raw.queue('');
    const declaration = service.consume(() => undefined, {
      queues: { [queue]: { ...TEMPORARY, durable: true } },
      bindings: [],
    });
    await expect(declaration).rejects.toThrow(
      expect.objectContaining({
        constructor: BadDeclaration,
        objectType: 'queue',
        description: expect.objectContaining({ name: queue, durable: true }),
        reason: expect.stringContaining('PRECONDITION_FAILED'),
      }) as Error,
    );
    expect(service.consumers).toEqual([]);
  });

  it('fails with a BadDeclaration when the exchange of a binding is missing', async () => {
    const service = await startService();
    const exchange = unique('missing');
    await expect(
      service.consume(() => undefined, { bindings: [{ exchange, routingKeys: ['a'] }] }),
    ).rejects.toThrow(
      expect.objectContaining({
        constructor: BadDeclaration,
        objectType: 'binding',
        description: expect.objectContaining({ exchange, routingKey: 'a' }),
      }) as Error,
    );
  });

  it('declares the configured exchange that its queue is bound to', async () => {
    const exchange = unique('own');
    const service = await startService({
      exchanges: { [exchange]: { type: 'topic', durable: false, autoDelete: true, arguments: {} } },
    });
    const seen = new Collector();
    await service.consume((message: Message) => seen.add(message), {
      bindings: [{ exchange, routingKeys: ['#'] }],
    });
    await service.publish(new Message({ topic: 'x' }), { exchange });
    expect((await seen.whenCount(1))[0]!.topic).toBe('x');
  });

  it('uses an existing queue with passive declares, and refuses a missing queue', async () => {
    const raw = await RawClient.open();
    const queue = await raw.queue('');
    const service = await startService({ passiveDeclares: true });
    const seen = new Collector();
    await service.consume((message: Message) => seen.add(message), {
      queues: { [queue]: { durable: true, autoDelete: true, exclusive: false, arguments: {} } },
      bindings: [],
    });
    raw.send(queue, '{}');
    await seen.whenCount(1);
    const missing = unique('missing');
    await expect(
      service.consume(() => undefined, { queues: { [missing]: TEMPORARY }, bindings: [] }),
    ).rejects.toThrow(
      expect.objectContaining({
        constructor: BadDeclaration,
        reason: expect.stringContaining('NOT_FOUND'),
      }) as Error,
    );
  });

  it('fails with a PermissionException when the user may not read the queue', async () => {
    const raw = await RawClient.open();
    const queue = await raw.queue('');
    const user = await addUser({ configure: '.*', write: '.*', read: '^nothing$' });
    const service = await startService({ amqpUrl: amqpUrl(user) });
    await expect(
      service.consume(() => undefined, { queues: { [queue]: TEMPORARY }, bindings: [] }),
    ).rejects.toThrow(
      expect.objectContaining({
        constructor: PermissionException,
        objectType: 'queue',
        description: { name: queue },
        reason: expect.stringContaining('ACCESS_REFUSED'),
      }) as Error,
    );
  });

  it('fails with a BadDeclaration when the user may not declare the queue', async () => {
    const user = await addUser({ configure: '^nothing$', write: '.*', read: '.*' });
    const service = await startService({ amqpUrl: amqpUrl(user) });
    await expect(
      service.consume(() => undefined, { queues: { [unique('queue')]: TEMPORARY }, bindings: [] }),
    ).rejects.toThrow(expect.objectContaining({ constructor: BadDeclaration, objectType: 'queue' }) as Error);
  });

  it('fails the bootstrap of the application with a ConnectionException when there is no broker', async () => {
    @Injectable()
    class Handler {
      @Consumer()
      onMessage(): void {
        throw new Error('never called');
      }
    }
    await expect(
      startApp({
        options: { amqpUrl: 'amqp://127.0.0.1:1/?connection_attempts=2&retry_delay=0.01' },
        providers: [Handler],
      }),
    ).rejects.toThrow(
      expect.objectContaining({
        constructor: ConnectionException,
        message: expect.stringContaining('2 of 2 attempts'),
      }) as Error,
    );
  });

  it('starts none of several consumers when one of them is refused', async () => {
    const service = await startService();
    const raw = await RawClient.open();
    const [good, bad] = [unique('good'), await raw.queue('')];
    raw.deleteLater(good);
    await expect(
      service.consume(() => undefined, {
        queues: { [good]: TEMPORARY, [bad]: { ...TEMPORARY, durable: true } },
        bindings: [],
      }),
    ).rejects.toThrow(BadDeclaration);
    expect(service.consumers).toEqual([]);
    expect((await raw.channel.checkQueue(good)).consumerCount).toBe(0);
  });
});

describe('when the connection is lost,', () => {
  it('a consumer of a named queue goes on, and no message is lost', async () => {
    const user = await addUser({ configure: '.*', write: '.*', read: '.*' });
    const service = await startService({ amqpUrl: amqpUrl(user) });
    const seen = new Collector<number>();
    const { queue, raw, consumer } = await consumeQueue(service, (message) => seen.add(numberOf(message)));
    raw.send(queue, body(1));
    await seen.whenCount(1);
    // The broker has read the acknowledgement when it answers a later request.
    await service.consume(() => undefined);
    await closeConnections(user);
    raw.send(queue, body(2));
    await seen.whenCount(2);
    expect(seen.items).toEqual([1, 2]);
    expect(consumer.isConsuming).toBe(true);
  });

  it('a server-named queue is declared again under a new name, with its bindings', async () => {
    const user = await addUser({ configure: '.*', write: '.*', read: '.*' });
    const service = await startService({ amqpUrl: amqpUrl(user) });
    const topic = unique('again');
    const seen = new Collector();
    const [consumer] = await service.consume((message: Message) => seen.add(message), {
      bindings: [{ exchange: 'amq.topic', routingKeys: [topic] }],
    });
    const before = consumer!.queue;
    await closeConnections(user);
    await expect.poll(() => consumer!.isConsuming && consumer!.queue !== before).toBe(true);
    await service.publish(new Message({ topic }));
    expect((await seen.whenCount(1))[0]!.queue).toBe(consumer!.queue);
  });

  it('a message in hand is not acknowledged on another channel: it comes again until it is handled on one channel', async () => {
    const user = await addUser({ configure: '.*', write: '.*', read: '.*' });
    const service = await startService({ amqpUrl: amqpUrl(user) });
    const started = new Collector<number>();
    const handled = new Collector<number>();
    const losses = new Collector<string>();
    service.events$.subscribe(({ type }) => type === 'disconnected' && losses.add(type));
    const gates = [deferred(), deferred()];
    const { queue, raw, consumer } = await consumeQueue(service, async (message) => {
      const attempt = started.items.length;
      started.add(numberOf(message));
      await gates[attempt]?.promise;
      handled.add(numberOf(message));
    });
    raw.send(queue, body(1));
    await started.whenCount(1);
    await closeConnections(user);
    await losses.whenCount(1);
    await expect.poll(() => consumer.isConsuming).toBe(true);
    // On the new channel, its acknowledgement would be for the same message, which has come again there.
    gates[0]!.resolve();
    await started.whenCount(2);
    expect(handled.items).toEqual([1]);
    // The broker has read everything that was sent on the connection until now.
    await service.consume(() => undefined);
    await closeConnections(user);
    await losses.whenCount(2);
    await expect.poll(() => consumer.isConsuming).toBe(true);
    gates[1]!.resolve();
    await handled.whenCount(3);
    expect(started.items).toEqual([1, 1, 1]);
    await consumer.cancel();
    expect(await raw.count(queue)).toBe(0);
  });

  it('a cancelled consumer does not come back', async () => {
    const user = await addUser({ configure: '.*', write: '.*', read: '.*' });
    const service = await startService({ amqpUrl: amqpUrl(user) });
    const other = await consumeQueue(service, () => undefined);
    const { queue, raw, consumer } = await consumeQueue(service, () => undefined);
    await consumer.cancel();
    await closeConnections(user);
    await expect.poll(() => other.consumer.isConsuming).toBe(true);
    expect((await raw.channel.checkQueue(queue)).consumerCount).toBe(0);
    expect(service.consumers).toEqual([other.consumer]);
  });
});
