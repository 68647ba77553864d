import { expect } from 'vitest';
import { RawClient, unique } from './shared-rabbitmq.js';

const POLL_MS = 5;

/** A queue with parked messages on the shared RabbitMQ. It has no consumer. */
export class ParkedQueue {
  private constructor(
    readonly raw: RawClient,
    readonly queue: string,
    readonly parking: string,
  ) {}

  /** @param args the arguments of the parking queue */
  static async declare(args: Record<string, unknown> = {}): Promise<ParkedQueue> {
    const raw = await RawClient.open();
    const queue = unique('orders');
    const parking = `${queue}.parked`;
    for (const name of [queue, parking]) raw.deleteLater(name);
    await raw.channel.assertQueue(queue, { durable: false });
    await raw.channel.assertQueue(parking, { durable: true, arguments: args });
    return new ParkedQueue(raw, queue, parking);
  }

  /** Parks messages with these ids, as a consumer does. */
  async park(ids: readonly string[], headers: Record<string, unknown> = {}): Promise<void> {
    const before = await this.raw.count(this.parking);
    for (const [index, id] of ids.entries()) {
      this.raw.send(this.parking, JSON.stringify({ n: index }), {
        messageId: id,
        headers: {
          fedora_messaging_schema: 'base.message',
          fedora_messaging_severity: 20,
          'sent-at': '2026-01-01T00:00:00+00:00',
          'x-retry-topic': `topic.of.${id}`,
          'x-retry-error': `broken by ${id}`,
          'x-retry-failures': 6,
          'x-retry-parked-at': '2026-01-02T03:04:05.678Z',
          ...headers,
        },
      });
    }
    await this.whenParked(before + ids.length);
  }

  /** Resolves when this many messages wait in the parking queue, so that no consumer has them in hand. */
  async whenParked(count: number): Promise<void> {
    await expect.poll(() => this.raw.count(this.parking), { interval: POLL_MS }).toBe(count);
  }

  /** The ids of the messages that wait in a queue, in order. They are taken out of the queue. */
  async idsIn(queue: string): Promise<string[]> {
    const ids: string[] = [];
    for (;;) {
      const message = await this.raw.channel.get(queue, { noAck: true });
      if (!message) return ids;
      ids.push(String(message.properties.messageId));
    }
  }
}
