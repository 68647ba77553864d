import { describe, expect, it } from 'vitest';
import {
  ConfigurationException,
  ConsumeException,
  type FedoraMessagingContext,
  FedoraMessagingService,
  loads,
  type Message,
  type ParkedMessages,
  PermissionException,
  PublishReturned,
} from '../../lib/index.js';
import { startApp } from '../support/application.js';
import { Collector } from '../support/collector.js';
import { memoryUrl } from '../support/memory-url.js';
import { ParkedQueue } from '../support/parked-queue.js';
import {
  addUser,
  amqpUrl,
  closeConnections,
  RawClient,
  TEMPORARY,
  unique,
} from '../support/shared-rabbitmq.js';

const ALL = { all: true } as const;
const ids = (count: number): string[] => Array.from({ length: count }, (_, n) => `id-${n + 1}`);

async function serviceOn(url = amqpUrl()): Promise<FedoraMessagingService> {
  return (await startApp({ options: { amqpUrl: url } })).get(FedoraMessagingService);
}

/** Three parked messages, and the library's access to them. */
async function parkedMessages(
  parkedIds = ids(3),
  args: Record<string, unknown> = {},
): Promise<{ at: ParkedQueue; messages: ParkedMessages; service: FedoraMessagingService }> {
  const at = await ParkedQueue.declare(args);
  await at.park(parkedIds);
  const service = await serviceOn();
  return { at, messages: service.parkedMessages(at.queue), service };
}

describe.each([
  ['RabbitMQ', amqpUrl],
  ['memory://', memoryUrl],
])('parked messages of a consumer on %s', (_, urlOf) => {
  it('are listed with their history, and each begins anew when it is given back', async () => {
    const service = await serviceOn(urlOf());
    const [queue, topic] = [unique('orders'), unique('pub')];
    const raw = await RawClient.open();
    for (const name of [queue, `${queue}.retry.1`, `${queue}.parked`]) raw.deleteLater(name);
    const attempts = new Collector<
      Pick<FedoraMessagingContext, 'attempt' | 'queue'> & { topic: string; headers: object }
    >();
    let isBroken = true;
    await service.consume(
      (message: Message, { attempt }: FedoraMessagingContext) => {
        attempts.add({ topic: message.topic, attempt, queue: message.queue!, headers: message.headers });
        if (isBroken) throw new Error(`no ${String(message.body['thing'])}`);
      },
      {
        queues: { [queue]: TEMPORARY },
        bindings: [{ exchange: 'amq.topic', routingKeys: [topic] }],
        onError: 'retry',
        retry: { attempts: 3, delay: 1, maxDelay: 1 },
      },
    );
    const { Message: MessageClass } = await import('../../lib/index.js');
    const sent = ['cheese', 'bread'].map((thing) => new MessageClass({ topic, body: { thing } }));
    for (const message of sent) await service.publish(message);
    const messages = service.parkedMessages(queue);
    await expect.poll(async () => (await messages.list().catch(() => [])).length).toBe(2);

    const listed = await messages.list();
    const byThing = (id: string | null): string => (id === sent[0]!.id ? 'cheese' : 'bread');
    for (const { id, parkedAt, ...message } of listed) {
      expect(message).toEqual({ topic, error: `no ${byThing(id)}`, attempts: 3 });
      expect(Math.abs(Date.now() - parkedAt!.getTime())).toBeLessThan(600_000);
    }
    expect(listed.map(({ id }) => id).sort()).toEqual(sent.map(({ id }) => id).sort());

    isBroken = false;
    expect(await messages.giveBack({ id: sent[1]!.id! })).toBe(1);
    const again = (await attempts.whenCount(7))[6]!;
    expect(again).toMatchObject({ topic, attempt: 1, queue });
    expect(Object.keys(again.headers).filter((name) => name.startsWith('x-retry'))).toEqual([]);
    expect((await messages.list()).map(({ id }) => id)).toEqual([sent[0]!.id]);
  });
});

describe('listing parked messages', () => {
  it('loses no message, and leaves each in its place', async () => {
    const { at, messages } = await parkedMessages(ids(20));
    for (let times = 0; times < 3; times++) {
      expect((await messages.list()).map(({ id }) => id)).toEqual(ids(20));
    }
    await at.whenParked(20);
    expect(await at.idsIn(at.parking)).toEqual(ids(20));
  });

  it('takes at most a hundred messages, or the limit', async () => {
    const { at, messages } = await parkedMessages(ids(120));
    expect((await messages.list()).map(({ id }) => id)).toEqual(ids(100));
    expect((await messages.list({ limit: 2 })).map(({ id }) => id)).toEqual(ids(2));
    expect(await messages.list({ limit: 500 })).toHaveLength(120);
    expect(await at.idsIn(at.parking)).toHaveLength(120);
  });

  it('loses no message of a quorum queue that drops messages after too many returns', async () => {
    const args = { 'x-queue-type': 'quorum', 'x-delivery-limit': 2 };
    const { at, messages } = await parkedMessages(ids(3), args);
    for (let times = 0; times < 8; times++) {
      expect((await messages.list()).map(({ id }) => id).sort(), `time ${times}`).toEqual(ids(3));
      await at.whenParked(3);
    }
    const [first] = await messages.list();
    expect(first).toEqual({
      id: 'id-1',
      topic: 'topic.of.id-1',
      error: 'broken by id-1',
      attempts: 6,
      parkedAt: new Date('2026-01-02T03:04:05.678Z'),
    });
  });

  it('shows the known facts of a message that another program has put there', async () => {
    const { at, messages } = await parkedMessages([]);
    at.raw.channel.sendToQueue(at.parking, Buffer.from('{}'));
    await at.whenParked(1);
    expect(await messages.list()).toEqual([
      { id: null, topic: at.parking, error: null, attempts: null, parkedAt: null },
    ]);
  });

  it.each([0, 1.5, '5' as unknown as number])('with a limit of %o is refused', async (limit) => {
    const { messages } = await parkedMessages([]);
    await expect(messages.list({ limit })).rejects.toThrow(ConfigurationException);
  });
});

describe('parked messages', () => {
  it('are given back by their id, and others stay in order', async () => {
    const { at, messages } = await parkedMessages(['a', 'b', 'a', 'c']);
    expect(await messages.giveBack({ id: 'a' })).toBe(2);
    expect(await at.idsIn(at.queue)).toEqual(['a', 'a']);
    expect(await at.idsIn(at.parking)).toEqual(['b', 'c']);
  });

  it('are all given back, each once, while their consumer parks them again', async () => {
    const { at, messages, service } = await parkedMessages(ids(30));
    for (const name of [`${at.queue}.retry.1`]) at.raw.deleteLater(name);
    const topics = new Collector<string>();
    await service.consume(
      ({ topic }: Message) => {
        topics.add(topic);
        throw new Error('still broken');
      },
      {
        queues: { [at.queue]: TEMPORARY },
        bindings: [],
        onError: 'retry',
        retry: { attempts: 2, delay: 1, maxDelay: 1 },
      },
    );
    expect(await messages.giveBack(ALL)).toBe(30);
    expect(new Set(await topics.whenCount(60))).toEqual(new Set(ids(30).map((id) => `topic.of.${id}`)));
    await at.whenParked(30);
    const listed = await messages.list();
    expect(new Set(listed.map(({ error, attempts }) => `${attempts} ${error}`))).toEqual(
      new Set(['2 still broken']),
    );
  });

  it('stay parked when the queue does not accept them', async () => {
    const { at, messages } = await parkedMessages();
    await at.raw.channel.deleteQueue(at.queue);
    await expect(messages.giveBack(ALL)).rejects.toThrow(PublishReturned);
    await at.whenParked(3);
    expect(await at.idsIn(at.parking)).toEqual(ids(3));
  });

  it('are dropped, singly or all', async () => {
    const { at, messages } = await parkedMessages();
    expect(await messages.drop({ id: 'id-2' })).toBe(1);
    expect(await messages.drop({ id: 'id-2' })).toBe(0);
    expect((await messages.list()).map(({ id }) => id)).toEqual(['id-1', 'id-3']);
    expect(await messages.drop(ALL)).toBe(2);
    expect(await at.raw.count(at.parking)).toBe(0);
  });

  it('are saved as their publishers sent them, and stay', async () => {
    const { at, messages } = await parkedMessages();
    const lines: string[] = [];
    expect(await messages.save(ALL, (line) => void lines.push(line))).toBe(3);
    const [first] = loads(lines.join(''));
    expect(first).toMatchObject({ id: 'id-1', topic: 'topic.of.id-1', queue: at.queue, body: { n: 0 } });
    expect(first!.headers).toEqual({
      fedora_messaging_schema: 'base.message',
      fedora_messaging_severity: 20,
      'sent-at': '2026-01-01T00:00:00+00:00',
    });
    await at.whenParked(3);
  });

  it('leave the queue when they are written, if they are to be saved and dropped', async () => {
    const { at, messages } = await parkedMessages();
    const lines: string[] = [];
    expect(await messages.save({ id: 'id-3' }, (line) => void lines.push(line), { drop: true })).toBe(1);
    expect(loads(lines.join('')).map(({ id }) => id)).toEqual(['id-3']);
    expect(await at.idsIn(at.parking)).toEqual(['id-1', 'id-2']);
  });

  it("stay parked from the first message that can't be written", async () => {
    const { at, messages } = await parkedMessages();
    let written = 0;
    const write = (): void => {
      if (++written === 2) throw new Error('the disk is full');
    };
    await expect(messages.save(ALL, write, { drop: true })).rejects.toThrow('the disk is full');
    await at.whenParked(2);
    expect(await at.idsIn(at.parking)).toEqual(['id-2', 'id-3']);
  });

  it('stay parked if their schema refuses them, and others are saved', async () => {
    const { at, messages } = await parkedMessages(['a']);
    await at.park(['bad'], { fedora_messaging_severity: 'loud' });
    await at.park(['b']);
    const lines: string[] = [];
    await expect(messages.save(ALL, (line) => void lines.push(line), { drop: true })).rejects.toThrow(
      /Invalid messages are not written and stay parked in queue '.*\.parked': 1\. The first: .*"bad".*severity/,
    );
    expect(loads(lines.join('')).map(({ id }) => id)).toEqual(['a', 'b']);
    expect(await at.idsIn(at.parking)).toEqual(['bad']);
  });

  it('are neither lost nor finished when the connection ends in the middle', async () => {
    const user = await addUser({ configure: '.*', write: '.*', read: '.*' });
    const at = await ParkedQueue.declare();
    await at.park(ids(5));
    const messages = (await serviceOn(amqpUrl(user))).parkedMessages(at.queue);
    const lines: string[] = [];
    const write = async (line: string): Promise<void> => {
      lines.push(line);
      if (lines.length === 3) {
        await closeConnections(user);
        // The broker has put unacknowledged messages back.
        await at.whenParked(3);
      }
    };
    await expect(messages.save(ALL, write, { drop: true })).rejects.toThrow(ConsumeException);
    const left = await at.idsIn(at.parking);
    expect(left).toEqual(['id-3', 'id-4', 'id-5']);
    expect(lines).toHaveLength(3);
  });

  it('of a queue without a parking queue are reported as missing, with the probable reason', async () => {
    const messages = (await serviceOn()).parkedMessages('no-such-queue');
    await expect(messages.list()).rejects.toThrow(
      "There is no queue 'no-such-queue.parked': no consumer of queue 'no-such-queue' with onError 'retry' has declared it",
    );
  });

  it('are found in a parking queue with its own name', async () => {
    const { at, service } = await parkedMessages();
    const messages = service.parkedMessages('elsewhere', { parkingQueue: at.parking });
    expect(messages.parkingQueue).toBe(at.parking);
    expect(await messages.list()).toHaveLength(3);
  });

  it('are refused to a user who may not read them', async () => {
    const user = await addUser({ configure: '.*', write: '.*', read: '^nothing$' });
    const { at } = await parkedMessages();
    const messages = (await serviceOn(amqpUrl(user))).parkedMessages(at.queue);
    await expect(messages.list()).rejects.toThrow(PermissionException);
  });

  it.each([undefined, {}, { id: 5 }, { all: false }, { id: 'x', all: true }, 'id-1'])(
    'are left alone when the selection is unclear: %j',
    async (which) => {
      const { at, messages } = await parkedMessages();
      await expect((async () => messages.drop(which as never))()).rejects.toThrow(ConfigurationException);
      expect(await at.raw.count(at.parking)).toBe(3);
    },
  );
});
