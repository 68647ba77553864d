import { describe, expect, it, onTestFinished } from 'vitest';
import {
  type ConsumerFunction,
  type ConsumerOptions,
  type FedoraMessagingContext,
  FedoraMessagingService,
  Message,
  type RunningConsumer,
} from '../../lib/index.js';
import { startApp } from '../support/application.js';
import { captureLog } from '../support/captured-log.js';
import { Collector } from '../support/collector.js';
import { nestedField, publishRaw, textField } from '../support/raw-publish.js';
import {
  amqpUrl,
  deletePolicy,
  RawClient,
  setPolicy,
  TEMPORARY,
  unique,
} from '../support/shared-rabbitmq.js';

const RETRY = { onError: 'retry', retry: { attempts: 2, delay: 50 } } as const;

interface Consumed {
  readonly consumer: RunningConsumer;
  readonly raw: RawClient;
  readonly queue: string;
  /** The topic that the queue is bound to. */
  readonly topic: string;
}

async function consumeWith(
  handler: ConsumerFunction<Message<object>>,
  policy: Pick<ConsumerOptions, 'onError' | 'retry'> = RETRY,
): Promise<Consumed> {
  const raw = await RawClient.open();
  const queue = unique('retry');
  const topic = unique('pub');
  for (const name of [queue, `${queue}.retry.50`, `${queue}.parked`]) raw.deleteLater(name);
  const service = (await startApp({ options: { amqpUrl: amqpUrl() } })).get(FedoraMessagingService);
  const [consumer] = await service.consume(handler, {
    queues: { [queue]: TEMPORARY },
    bindings: [{ exchange: 'amq.topic', routingKeys: [topic] }],
    ...policy,
  });
  return { consumer: consumer!, raw, queue, topic };
}

interface Handled {
  readonly topic: string;
  readonly attempt: number;
  readonly headers: Record<string, unknown>;
}

/** A handler that fails at the first attempt, and reports its arguments. */
function failingOnce(): { handled: Collector<Handled>; handler: ConsumerFunction<Message<object>> } {
  const handled = new Collector<Handled>();
  const handler = ({ topic, headers }: Message<object>, { attempt }: FedoraMessagingContext): void => {
    handled.add({ topic, attempt, headers });
    if (attempt === 1) throw new Error('broken');
  };
  return { handled, handler };
}

/** Refuses the next retry or parking of a queue until the returned function is called. */
async function refuseCopies(raw: RawClient, queue: string): Promise<() => Promise<void>> {
  // The limit of a quorum queue is a soft limit.
  const name = `${queue}.retry.50`;
  await raw.channel.deleteQueue(name);
  const back = { 'x-message-ttl': 50, 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': queue };
  await raw.channel.assertQueue(name, { durable: true, arguments: back });
  const policy = unique('full');
  const clear = (): Promise<void> => deletePolicy(policy);
  await setPolicy(policy, `^${queue}\\.`, { 'max-length': 0, overflow: 'reject-publish' });
  onTestFinished(clear);
  return clear;
}

const text = (value: string): object => ({ '!': 'string', value });
/** A table that amqplib must write as a table, whatever its keys are. */
const table = (value: object): object => ({ '!': 'object', value });

describe('a failing message does not stop the consumer and is parked in the end, when its headers have', () => {
  it.each<[string, Record<string, unknown>]>([
    ['half an attempt', { 'x-retry-attempt': 0.5, 'x-retry-topic': 'forged' }],
    ['a negative attempt', { 'x-retry-attempt': -1, 'x-retry-topic': 'forged' }],
    ['an attempt beyond all numbers', { 'x-retry-attempt': { '!': 'double', value: 1e300 } }],
    ['an attempt that is a text', { 'x-retry-attempt': 'one', 'x-retry-topic': 1 }],
    ['the key !', { '!': 'no type' }],
    ['a table with the key ! alone', { nested: table({ '!': text('no type') }) }],
    [
      'a table with the key ! that would be written as what is no number',
      { nested: table({ '!': text('double'), value: text('abc') }) },
    ],
    [
      'a table with the key ! that would be written as a broken integer',
      { nested: table({ '!': text('long'), value: text('abc') }) },
    ],
    ['a time beyond all times', { time: { '!': 'timestamp', value: 2n ** 64n - 1n } }],
    ['the key __proto__', JSON.parse('{"__proto__": {"x-retry-attempt": 1, "x-retry-topic": "forged"}}')],
    ['a table with the key __proto__', JSON.parse('{"nested": {"__proto__": {"polluted": true}}}')],
    ['a death that is a text', { 'x-death': 'none' }],
    ['deaths that are no tables', { 'x-death': [1, 'two'] }],
  ])('%s', async (_, headers) => {
    const { consumer, raw, queue } = await consumeWith(() => {
      throw new Error('broken');
    });
    raw.send(queue, '{"hostile":true}', { headers });
    const parked = await raw.next(`${queue}.parked`);
    expect(parked.content.toString()).toBe('{"hostile":true}');
    expect(parked.properties.headers).toMatchObject({ 'x-retry-error': 'broken', 'x-retry-topic': queue });
    expect(consumer.isConsuming).toBe(true);
  });

  it.each([
    ['70 KB', textField('large', 'x'.repeat(70_000))],
    ['tables that are nested 200 deep', nestedField('deep', 200)],
    ['tables that are nested 1,900 deep', nestedField('deep', 1_900)],
  ])('%s', async (_, field) => {
    const { consumer, raw, queue } = await consumeWith(() => {
      throw new Error('broken');
    });
    const fields = Buffer.concat([textField('fedora_messaging_schema', 'base.message'), field]);
    publishRaw(raw.channel, queue, fields, '{"hostile":true}');
    const parked = await raw.next(`${queue}.parked`);
    expect(parked.content.toString()).toBe('{"hostile":true}');
    expect(parked.properties.headers).toMatchObject({
      fedora_messaging_schema: 'base.message',
      'x-retry-error': 'broken',
    });
    expect(consumer.isConsuming).toBe(true);
  });
});

describe("a message that can't be retried because its headers can't be written", () => {
  it('is parked with its essential headers and a log line, and keeps its topic when it is put back', async () => {
    const log = captureLog();
    const { handled, handler } = failingOnce();
    const { raw, queue, topic } = await consumeWith(handler);
    raw.channel.publish('amq.topic', topic, Buffer.from('{}'), {
      contentEncoding: 'utf-8',
      messageId: 'unwritable',
      headers: {
        fedora_messaging_schema: 'base.message',
        fedora_messaging_severity: 30,
        bad: table({ '!': text('x') }),
      },
    });
    const parked = await raw.next(`${queue}.parked`);
    // In a quorum queue, the broker counts deliveries there.
    const { 'x-delivery-count': _, ...headers } = parked.properties.headers!;
    expect(headers).toEqual({
      fedora_messaging_schema: 'base.message',
      fedora_messaging_severity: 30,
      'x-retry-topic': topic,
      'x-retry-error': 'broken',
      'x-retry-failures': 1,
      'x-retry-parked-at': expect.any(String) as string,
    });
    expect(log).toContainEqual({
      level: 'error',
      text: expect.stringMatching(
        /"unwritable" with topic .* can't be put into queue '.*\.retry\.50'/,
      ) as string,
    });
    raw.channel.sendToQueue(queue, parked.content, parked.properties as object);
    expect((await handled.whenCount(2))[1]).toMatchObject({ topic, attempt: 1 });
  });
});

describe('the headers of a retry', () => {
  const forged = {
    fedora_messaging_schema: 'base.message',
    fedora_messaging_severity: 20,
    'x-retry-attempt': 1,
    'x-retry-topic': 'org.fedoraproject.prod.bodhi.update.request.stable',
    'x-retry-error': 'forged',
  };
  const deathIn = (queue: string): object => ({
    queue,
    reason: 'expired',
    exchange: '',
    'routing-keys': [queue],
    count: { '!': 'long', value: 1 },
    time: { '!': 'timestamp', value: 1 },
  });
  const options = { contentEncoding: 'utf-8', messageId: 'forged' };

  it('are left alone by a consumer that does not retry', async () => {
    const handled = new Collector<Handled>();
    const { raw, queue } = await consumeWith(
      ({ topic, headers }, { attempt }) => handled.add({ topic, attempt, headers }),
      {},
    );
    const headers = { ...forged, 'x-death': [deathIn(`${queue}.retry.50`)] };
    raw.send(queue, '{}', { headers });
    const [first] = await handled.whenCount(1);
    expect(first).toMatchObject({ topic: queue, attempt: 1, headers: forged });
  });

  it('are ignored in a message that was published to an exchange', async () => {
    const { handled, handler } = failingOnce();
    const { raw, queue, topic } = await consumeWith(handler);
    const headers = { ...forged, 'x-death': [deathIn(`${queue}.retry.50`)] };
    raw.channel.publish('amq.topic', topic, Buffer.from('{}'), { ...options, headers });
    const [first, second] = await handled.whenCount(2);
    expect(first).toMatchObject({ topic, attempt: 1, headers: forged });
    expect(second).toMatchObject({ topic, attempt: 2 });
    expect(Object.keys(second!.headers).filter((name) => name.startsWith('x-retry'))).toEqual([]);
  });

  it('are ignored in a message that was sent to the queue without a death in a retry queue', async () => {
    const { handled, handler } = failingOnce();
    const { raw, queue } = await consumeWith(handler);
    const { 'x-retry-error': _, ...headers } = forged;
    raw.send(queue, '{}', { headers });
    expect((await handled.whenCount(1))[0]).toMatchObject({ topic: queue, attempt: 1, headers });
  });

  it('are ignored in a message whose last death was in another queue', async () => {
    const { handled, handler } = failingOnce();
    const { raw, queue } = await consumeWith(handler);
    const other = await raw.queue('', '', {
      arguments: {
        'x-message-ttl': 10,
        'x-dead-letter-exchange': '',
        'x-dead-letter-routing-key': queue,
      },
    });
    const headers = { ...forged, 'x-death': [deathIn(`${queue}.retry.50`)] };
    raw.send(other, '{}', { headers });
    expect((await handled.whenCount(1))[0]).toMatchObject({ topic: queue, attempt: 1 });
  });

  it('restore the topic also when a parked message is put back into the queue', async () => {
    const handled = new Collector<Handled>();
    let isMended = false;
    const { raw, queue, topic } = await consumeWith((message, { attempt }) => {
      handled.add({ topic: message.topic, attempt, headers: message.headers });
      if (!isMended) throw new Error('broken');
    });
    raw.channel.publish('amq.topic', topic, Buffer.from('{}'), { ...options, headers: {} });
    const parked = await raw.next(`${queue}.parked`);
    isMended = true;
    raw.channel.sendToQueue(queue, parked.content, parked.properties as object);
    const all = await handled.whenCount(3);
    expect(all.map(({ attempt }) => attempt)).toEqual([1, 2, 1]);
    expect(all.map((each) => each.topic)).toEqual([topic, topic, topic]);
  });

  it('leave out headers that would send copies to queues of the publisher’s choice', async () => {
    const { handled, handler } = failingOnce();
    const { raw, topic } = await consumeWith(handler);
    const victim = await raw.queue('');
    raw.channel.publish('amq.topic', topic, Buffer.from('{}'), { ...options, CC: [victim] });
    await handled.whenCount(2);
    expect(await raw.count(victim)).toBe(0);
  });

  it.each(['', '.retry.50'])(
    'do not lose a message that claims an earlier death in queue%s, as if it went round in circles',
    async (suffix) => {
      const { handled, handler } = failingOnce();
      const { raw, queue, topic } = await consumeWith(handler);
      const headers = { 'x-death': [deathIn('elsewhere'), deathIn(`${queue}${suffix}`)] };
      raw.channel.publish('amq.topic', topic, Buffer.from('{}'), { ...options, headers });
      const [, second] = await handled.whenCount(2);
      const deaths = second!.headers['x-death'] as { queue: string }[];
      // Since version 4, RabbitMQ ignores deaths that a publisher claims.
      const believed = raw.version.isSince(4) ? [] : ['elsewhere'];
      expect(deaths.map((death) => death.queue)).toEqual([`${queue}.retry.50`, ...believed]);
    },
  );
});

describe('a retry queue that accepts no copy', () => {
  it('because it is full is tried until it has room: the consumer goes on, and the log gives the reason', async () => {
    const log = captureLog();
    const { handled, handler } = failingOnce();
    const { consumer, raw, queue } = await consumeWith(handler);
    const clear = await refuseCopies(raw, queue);
    raw.send(queue, '{}', { messageId: 'refused' });
    const line = expect.objectContaining({
      level: 'warn',
      text: expect.stringMatching(
        /"refused" with topic .* can't be put into queue '.*\.retry\.50': .*basic\.nack/,
      ) as string,
    }) as object;
    await expect.poll(() => log.length > 0 && log).toContainEqual(line);
    expect(consumer.isConsuming).toBe(true);
    await clear();
    expect((await handled.whenCount(2)).map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  it('does not delay cancel(), and the message is back in its queue then', async () => {
    const log = captureLog();
    const { handler } = failingOnce();
    const { consumer, raw, queue } = await consumeWith(handler);
    await refuseCopies(raw, queue);
    raw.send(queue, '{}');
    await expect.poll(() => log.some(({ text: line }) => /trying again/.test(line))).toBe(true);
    await consumer.cancel();
    await expect(consumer.result).resolves.toBeUndefined();
    await expect.poll(() => raw.count(queue)).toBe(1);
  });

  it('because it was deleted is declared again, and the message is retried', async () => {
    const log = captureLog();
    const { handled, handler } = failingOnce();
    const { consumer, raw, queue } = await consumeWith(handler);
    await raw.channel.deleteQueue(`${queue}.retry.50`);
    raw.send(queue, '{}');
    const attempts = (await handled.whenCount(3)).map(({ attempt }) => attempt);
    expect(attempts).toEqual([1, 1, 2]);
    expect(log.some(({ text: line }) => line.includes(`the queue '${queue}.retry.50' is gone`))).toBe(true);
    expect(consumer.isConsuming).toBe(true);
  });
});
