import { randomUUID } from 'node:crypto';
import { type Channel, connect } from 'amqplib';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { FedoraMessagingService, Message, PublishReturned, ValidationError } from '../../lib/index.js';
import { startApp } from '../support/application.js';
import { RabbitMq } from '../support/rabbitmq.js';

const MAX_MESSAGE_SIZE = 100_000;
const FRAME_MAX = 8192;

let broker: RabbitMq;
const url = (): string => `amqp://guest:guest@127.0.0.1:${broker.port}/`;

beforeAll(async () => {
  broker = await RabbitMq.start({
    config: [`max_message_size = ${MAX_MESSAGE_SIZE}`, `frame_max = ${FRAME_MAX}`],
  });
});

afterAll(() => broker?.stop());

/** An application that publishes, and a queue that gets its messages. */
async function setUp(): Promise<{
  publish: (n: number, more?: Sent) => Promise<void>;
  received: () => Promise<number[]>;
  losses: () => number;
}> {
  const service = (await startApp({ options: { amqpUrl: url() } })).get(FedoraMessagingService);
  const topic = `limits.${randomUUID()}`;
  const channel = await openChannel();
  await channel.assertQueue(topic, { exclusive: true });
  await channel.bindQueue(topic, 'amq.topic', topic);
  let losses = 0;
  service.events$.subscribe(({ type }) => (losses += type === 'disconnected' ? 1 : 0));
  return {
    publish: (n, { size = 0, headers, timeout = 20_000 } = {}) =>
      service.publish(
        new Message({ topic, body: { n, text: 'x'.repeat(size) }, ...(headers && { headers }) }),
        {
          timeout,
        },
      ),
    received: () => numbersIn(channel, topic),
    losses: () => losses,
  };
}

interface Sent {
  readonly size?: number;
  readonly headers?: Record<string, unknown>;
  readonly timeout?: number;
}

async function openChannel(): Promise<Channel> {
  const connection = await connect(url());
  onTestFinished(() => connection.close());
  return connection.createChannel();
}

async function numbersIn(channel: Channel, queue: string): Promise<number[]> {
  const numbers: number[] = [];
  for (;;) {
    const message = await channel.get(queue, { noAck: true });
    if (!message) return numbers;
    numbers.push((JSON.parse(message.content.toString()) as { n: number }).n);
  }
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

describe("a message that is larger than the broker's limit", () => {
  it("fails at once with the broker's reason, and other messages are published once each, in order", async () => {
    const { publish, received, losses } = await setUp();
    const before = range(0, 200).map((n) => publish(n));
    const large = publish(200, { size: MAX_MESSAGE_SIZE, timeout: 60_000 });
    const after = range(201, 400).map((n) => publish(n, { size: n % 7 === 0 ? 50_000 : 0 }));
    await expect(large).rejects.toThrow(PublishReturned);
    await expect(large).rejects.toThrow(
      /PRECONDITION_FAILED - message size 1000\d\d is larger than .*100000/,
    );
    await Promise.all([...before, ...after]);
    expect(await received()).toEqual([...range(0, 200), ...range(201, 400)]);
    expect(losses()).toBe(0);
  });

  it('fails each time, and a smaller message is published after it', async () => {
    const { publish, received } = await setUp();
    for (const n of range(0, 5)) {
      await expect(publish(n, { size: (n + 1) * MAX_MESSAGE_SIZE })).rejects.toThrow(
        /message size \d+ is larger/,
      );
    }
    await publish(5, { size: MAX_MESSAGE_SIZE - 100 });
    expect(await received()).toEqual([5]);
  });
});

describe('headers that are larger than a frame of the broker', () => {
  it('are a ValidationError with both sizes, and other messages are published on the same connection', async () => {
    const { publish, received, losses } = await setUp();
    const before = range(0, 50).map((n) => publish(n));
    const large = publish(50, { headers: { text: 'x'.repeat(FRAME_MAX) } });
    const almost = publish(51, { headers: { text: 'x'.repeat(FRAME_MAX - 700) }, size: 20_000 });
    const after = range(52, 100).map((n) => publish(n));
    await expect(large).rejects.toThrow(ValidationError);
    await expect(large).rejects.toThrow(/\/headers.* \d{4} bytes.* 8192 \(frame_max\)/);
    await Promise.all([...before, almost, ...after]);
    expect(await received()).toEqual([...range(0, 50), ...range(51, 100)]);
    expect(losses()).toBe(0);
  });
});

describe('a message with a header that the broker refuses without naming the message', () => {
  it("fails at once with the broker's reason, and other messages are published", async () => {
    const { publish, received, losses } = await setUp();
    const before = range(0, 100).map((n) => publish(n));
    const refused = publish(100, { headers: { CC: 'a text, where a list belongs' }, timeout: 60_000 });
    const after = range(101, 200).map((n) => publish(n));
    await expect(refused).rejects.toThrow(PublishReturned);
    await Promise.all([...before, ...after]);
    expect([...new Set(await received())]).toEqual([...range(0, 100), ...range(101, 200)]);
    expect(losses()).toBe(0);
  });
});
