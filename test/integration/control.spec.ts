import { describe, expect, it } from 'vitest';
import {
  ConsumerCanceled,
  type FedoraMessagingEvent,
  FedoraMessagingService,
  HaltConsumer,
  Message,
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

async function temporaryQueue(): Promise<{ raw: RawClient; queue: string }> {
  const raw = await RawClient.open();
  const queue = unique('control');
  raw.deleteLater(queue);
  return { raw, queue };
}

describe('a consumer that is paused', () => {
  it('finishes its message, gives other messages back, and goes on when it is resumed', async () => {
    const service = await startService();
    const { raw, queue } = await temporaryQueue();
    const gate = deferred();
    const started = deferred();
    const seen = new Collector<unknown>();
    const [consumer] = await service.consume(
      async (message: Message) => {
        started.resolve();
        await gate.promise;
        seen.add(message.body['n']);
      },
      { queues: { [queue]: TEMPORARY }, bindings: [] },
    );
    for (const n of [1, 2, 3]) raw.send(queue, JSON.stringify({ n }));
    await started.promise;
    const paused = consumer!.pause();
    gate.resolve();
    await paused;
    expect(consumer).toMatchObject({ isPaused: true, isConsuming: false });
    expect(seen.items).toEqual([1]);
    await expect.poll(() => raw.count(queue)).toBe(2);
    expect(service.statistics.consuming).toBe(false);

    await consumer!.resume();
    expect(await seen.whenCount(3)).toEqual([1, 2, 3]);
    expect(service.statistics.consuming).toBe(true);
  });

  it('stays paused when the connection is lost and comes back', async () => {
    const user = await addUser({ configure: '.*', write: '.*', read: '.*' });
    const service = await startService({ amqpUrl: amqpUrl(user) });
    const [first, second] = [await temporaryQueue(), await temporaryQueue()];
    const seen = new Collector();
    const consume = async (queue: string) =>
      (
        await service.consume((message: Message) => seen.add(message), {
          queues: { [queue]: TEMPORARY },
          bindings: [],
        })
      )[0]!;
    const paused = await consume(first.queue);
    const other = await consume(second.queue);
    await paused.pause();
    const log = captureLog();
    await closeConnections(user);
    await expect.poll(() => log.some(({ text }) => text.includes('was lost'))).toBe(true);
    await expect.poll(() => other.isConsuming).toBe(true);
    expect(paused.isConsuming).toBe(false);
    first.raw.send(first.queue, '{}');
    second.raw.send(second.queue, '{}');
    expect((await seen.whenCount(1)).map(({ queue }) => queue)).toEqual([second.queue]);
    await service.resume();
    expect((await seen.whenCount(2)).map(({ queue }) => queue)).toEqual([second.queue, first.queue]);
  });

  it('may be paused and resumed many times at once', async () => {
    const service = await startService();
    const { raw, queue } = await temporaryQueue();
    const seen = new Collector();
    await service.consume((message: Message) => seen.add(message), {
      queues: { [queue]: TEMPORARY },
      bindings: [],
    });
    await Promise.all(Array.from({ length: 20 }, (_, n) => (n % 2 ? service.resume() : service.pause())));
    await service.resume();
    raw.send(queue, '{}');
    await seen.whenCount(1);
    expect((await raw.channel.checkQueue(queue)).consumerCount).toBe(1);
  });
});

describe('a consumer that has stopped by itself', () => {
  it('is reported as an event, is listed with its error, and makes the application not ready', async () => {
    const service = await startService();
    const { raw, queue } = await temporaryQueue();
    const events: FedoraMessagingEvent[] = [];
    service.events$.subscribe((event) => events.push(event));
    const [stays] = await service.consume(() => undefined);
    const [stops] = await service.consume(() => undefined, { queues: { [queue]: TEMPORARY }, bindings: [] });
    expect(service.statistics.consuming).toBe(true);
    await raw.channel.deleteQueue(queue);
    await expect(stops!.result).rejects.toThrow(ConsumerCanceled);
    expect(service.consumers).toEqual([stays]);
    expect(service.stoppedConsumers).toEqual([stops]);
    expect(stops!.error).toBeInstanceOf(ConsumerCanceled);
    expect(service.statistics.consuming).toBe(false);
    expect(events).toContainEqual({
      bus: 'default',
      type: 'consumer-stopped',
      consumer: stops,
      error: stops!.error,
    });
    expect(events[0]).toEqual({ bus: 'default', type: 'connected', connection: 'consuming' });
  });

  it('is not listed when the application cancelled it', async () => {
    const service = await startService();
    const [stays, cancelled] = [
      (await service.consume(() => undefined))[0]!,
      (await service.consume(() => undefined))[0]!,
    ];
    await cancelled.cancel();
    expect(service.stoppedConsumers).toEqual([]);
    expect(cancelled.error).toBeUndefined();
    expect(stays.isConsuming).toBe(true);
    expect(service.statistics.consuming).toBe(true);
  });
});

describe('the events of a bus', () => {
  it('report lost and restored connections, and complete when all is stopped', async () => {
    const user = await addUser({ configure: '.*', write: '.*', read: '.*' });
    const service = await startService({ amqpUrl: amqpUrl(user) });
    const seen = new Collector<string>();
    const completed = deferred();
    service.events$.subscribe({
      next: (event) => seen.add('connection' in event ? `${event.type} ${event.connection}` : event.type),
      complete: () => completed.resolve(),
    });
    await service.publish(new Message({ topic: 'x' }));
    await closeConnections(user);
    expect(await seen.whenCount(3)).toEqual([
      'connected publishing',
      'disconnected publishing',
      'connected publishing',
    ]);
    await service.stop();
    await completed.promise;
  });
});

describe('shutting down', () => {
  it('waits for a handler for at most shutdownTimeout, and the message goes back', async () => {
    const { raw, queue } = await temporaryQueue();
    const app = await startApp({ options: { amqpUrl: amqpUrl(), shutdownTimeout: 200 } });
    const started = deferred();
    const never = new Promise<void>(() => undefined);
    await app.get(FedoraMessagingService).consume(
      () => {
        started.resolve();
        return never;
      },
      { queues: { [queue]: TEMPORARY }, bindings: [] },
    );
    raw.send(queue, '{"n":1}');
    await started.promise;
    const before = Date.now();
    await app.close();
    // The default is 30 s.
    expect(Date.now() - before).toBeLessThan(25_000);
    expect((await raw.next(queue)).content.toString()).toBe('{"n":1}');
  });

  it('waits for publishes for at most shutdownTimeout', async () => {
    const app = await startApp({
      options: { amqpUrl: 'amqp://127.0.0.1:1?connection_attempts=1000&retry_delay=1', shutdownTimeout: 100 },
    });
    const publishing = app.get(FedoraMessagingService).publish(new Message({ topic: 'x' }));
    await Promise.all([expect(publishing).rejects.toThrow(/shut down/), app.close()]);
  });

  it('a handler that never returns delays neither other consumers nor heartbeats', async () => {
    const service = await startService({
      amqpUrl: amqpUrl('guest', 'guest', '?heartbeat=1'),
      shutdownTimeout: 10,
    });
    const [stuck, free] = [await temporaryQueue(), await temporaryQueue()];
    const seen = new Collector();
    const log = captureLog();
    await service.consume(() => new Promise(() => undefined), {
      queues: { [stuck.queue]: TEMPORARY },
      bindings: [],
    });
    await service.consume((message: Message) => seen.add(message), {
      queues: { [free.queue]: TEMPORARY },
      bindings: [],
    });
    stuck.raw.send(stuck.queue, '{}');
    const until = Date.now() + 4_000;
    let sent = 0;
    while (Date.now() < until) {
      free.raw.send(free.queue, '{}');
      await seen.whenCount(++sent);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(log.filter(({ text }) => text.includes('lost'))).toEqual([]);
  });

  it('a HaltConsumer in one consumer leaves other consumers running', async () => {
    const service = await startService();
    const [halts, goesOn] = [await temporaryQueue(), await temporaryQueue()];
    const seen = new Collector();
    const [halted] = await service.consume(
      () => {
        throw new HaltConsumer();
      },
      { queues: { [halts.queue]: TEMPORARY }, bindings: [] },
    );
    await service.consume((message: Message) => seen.add(message), {
      queues: { [goesOn.queue]: TEMPORARY },
      bindings: [],
    });
    halts.raw.send(halts.queue, '{}');
    await expect(halted!.result).rejects.toThrow(HaltConsumer);
    goesOn.raw.send(goesOn.queue, '{}');
    await seen.whenCount(1);
  });
});
