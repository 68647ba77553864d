import { createHook } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Channel, ConsumeMessage } from '../../../lib/broker/index.js';
import { Acknowledgements } from '../../../lib/consuming/delivery/acknowledgements.js';
import { PendingDelivery } from '../../../lib/consuming/delivery/pending-delivery.js';

type Outcome = 'ack' | 'requeue' | 'reject';

/** A channel that handles acknowledgements as a broker does, and throws where a broker would complain. */
class RecordingChannel extends EventEmitter {
  /** The outcome of each delivery, in the order in which the broker was told. */
  readonly told: { tag: number; outcome: Outcome }[] = [];
  frames = 0;
  private readonly outstanding = new Set<number>();

  deliver(tag: number): ConsumeMessage {
    this.outstanding.add(tag);
    const delivery = { fields: { deliveryTag: tag } } as ConsumeMessage;
    this.emit('test-delivery', delivery);
    return delivery;
  }

  ack({ fields }: ConsumeMessage, allUpTo = false): void {
    this.frames++;
    for (const tag of this.tagsOf(fields.deliveryTag, allUpTo)) this.settle(tag, 'ack');
    this.emit('test-told');
  }

  nack({ fields }: ConsumeMessage, allUpTo = true, requeue = true): void {
    this.frames++;
    for (const tag of this.tagsOf(fields.deliveryTag, allUpTo))
      this.settle(tag, requeue ? 'requeue' : 'reject');
  }

  private tagsOf(last: number, allUpTo: boolean): number[] {
    return allUpTo ? [...this.outstanding].filter((tag) => tag <= last) : [last];
  }

  private settle(tag: number, outcome: Outcome): void {
    if (!this.outstanding.delete(tag)) throw new Error(`unknown delivery tag ${tag}`);
    this.told.push({ tag, outcome });
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function open(): { channel: RecordingChannel; acknowledgements: Acknowledgements } {
  const channel = new RecordingChannel();
  const acknowledgements = new Acknowledgements(channel as unknown as Channel, (error) => {
    throw error;
  });
  channel.on('test-delivery', (delivery: ConsumeMessage) => acknowledgements.delivered(delivery));
  return { channel, acknowledgements };
}

describe('the acknowledgements of a channel', () => {
  it('release the content of a message, also before the broker is told', () => {
    const { channel, acknowledgements } = open();
    const content = Buffer.from('{"n": 1}');
    const delivery = Object.assign(channel.deliver(1), { content });
    acknowledgements.ack(delivery);
    expect(channel.frames).toBe(0);
    expect(delivery.content).toHaveLength(0);
    expect(content.toString()).toBe('{"n": 1}');
  });

  it('are sent in one frame for one turn of the event loop, before the turn is over', async () => {
    const { channel, acknowledgements } = open();
    const deliveries = Array.from({ length: 250 }, (_, index) => channel.deliver(index + 1));
    for (const delivery of deliveries) acknowledgements.ack(delivery);
    expect(channel.frames).toBe(0);
    await turn();
    expect(channel.frames).toBe(1);
    expect(channel.told).toHaveLength(250);
  });

  it('are sent in one frame also after delivery tags that the broker skips', async () => {
    const { channel, acknowledgements } = open();
    acknowledgements.ack(channel.deliver(3));
    await turn();
    const deliveries = [10, 11, 12].map((tag) => channel.deliver(tag));
    for (const delivery of deliveries) acknowledgements.ack(delivery);
    await turn();
    expect(channel.frames).toBe(2);
    expect(channel.told.map(({ tag }) => tag)).toEqual([3, 10, 11, 12]);
  });

  it('are sent in one frame for handlers that wait only for promises, one after the other', async () => {
    const { channel, acknowledgements } = open();
    const handleAll = async (): Promise<void> => {
      for (let tag = 1; tag <= 20; tag++) {
        const delivery = channel.deliver(tag);
        for (let step = 0; step < tag; step++) await Promise.resolve();
        acknowledgements.ack(delivery);
      }
    };
    setTimeout(() => void handleAll());
    await new Promise<void>((resolve) => channel.once('test-told', resolve));
    expect(channel.frames).toBe(1);
    expect(channel.told).toHaveLength(20);
  });

  it('are written in the turn in which the messages were handled, also if the channel asks for an immediate', async () => {
    const { channel, acknowledgements } = open();
    let isWritten = false;
    channel.ack = () => {
      process.nextTick(() => setImmediate(() => (isWritten = true)));
    };
    const wasWrittenInTurn = await new Promise<boolean>((resolve) =>
      setTimeout(() => {
        // Looks in the next turn, before the immediates that this turn's immediates ask for.
        setImmediate(() => setImmediate(() => resolve(isWritten)));
        acknowledgements.ack(channel.deliver(1));
      }),
    );
    expect(wasWrittenInTurn).toBe(true);
  });

  it('never settle an unsettled delivery, are sent within the turn, and keep their order with rejections', async () => {
    const outcome = fc.constantFrom<Outcome>('ack', 'ack', 'ack', 'requeue', 'reject');
    const step = fc.record({ outcome, pick: fc.nat(), endsTurn: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 60 }),
        fc.integer({ min: 1, max: 20 }),
        async (steps, ahead) => {
          const { channel, acknowledgements } = open();
          const inHand: ConsumeMessage[] = [];
          const settled = new Map<number, Outcome>();
          const order: number[] = [];
          let tag = 0;
          for (const { outcome: chosen, pick, endsTurn } of steps) {
            while (inHand.length < ahead) inHand.push(channel.deliver(++tag));
            const [delivery] = inHand.splice(pick % inHand.length, 1);
            acknowledgements[chosen](delivery!);
            settled.set(delivery!.fields.deliveryTag, chosen);
            order.push(delivery!.fields.deliveryTag);
            // The broker was told only of settled deliveries, with their outcome.
            for (const told of channel.told) expect(settled.get(told.tag)).toBe(told.outcome);
            if (chosen !== 'ack') {
              // A rejection is sent at once, after all deliveries that were settled before it.
              expect(channel.told.at(-1)).toEqual({ tag: order.at(-1), outcome: chosen });
              expect(channel.told).toHaveLength(settled.size);
            }
            if (!endsTurn) continue;
            await turn();
            expect(channel.told).toHaveLength(settled.size);
          }
          await turn();
          expect(new Map(channel.told.map((told) => [told.tag, told.outcome]))).toEqual(settled);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('are dropped after the end of their channel', async () => {
    const { channel, acknowledgements } = open();
    const [first, second, third] = [channel.deliver(1), channel.deliver(2), channel.deliver(3)];
    acknowledgements.ack(first);
    channel.emit('close');
    acknowledgements.ack(second);
    acknowledgements.requeue(third);
    await turn();
    expect(channel.told).toEqual([]);
  });

  it('are dropped without an error on a channel that has begun to close', async () => {
    const { channel, acknowledgements } = open();
    channel.ack = () => {
      throw new Error('Channel closed');
    };
    acknowledgements.ack(channel.deliver(1));
    await turn();
    expect(channel.told).toEqual([]);
  });

  it.each([0, -1, 1.5e300, 2 ** 53, 2 ** 64, NaN])(
    'refuse the delivery tag %s, which no broker gives',
    (tag) => {
      const channel = new RecordingChannel() as unknown as Channel;
      const acknowledgements = new Acknowledgements(channel, () => undefined);
      const delivered = (deliveryTag: number): boolean =>
        acknowledgements.delivered({ fields: { deliveryTag } } as ConsumeMessage);
      expect(delivered(tag)).toBe(false);
      expect(delivered(1)).toBe(true);
      expect(delivered(1)).toBe(false);
      expect(delivered(2 ** 53 - 1)).toBe(true);
    },
  );

  it("report once that they can't be written, and end nothing", async () => {
    const channel = new RecordingChannel();
    const failures: Error[] = [];
    const acknowledgements = new Acknowledgements(channel as unknown as Channel, (error) =>
      failures.push(error),
    );
    channel.ack = () => {
      throw new RangeError('not a number that AMQP can carry');
    };
    const deliveries = [channel.deliver(1), channel.deliver(2)];
    for (const delivery of deliveries) acknowledgements.delivered(delivery);
    acknowledgements.ack(deliveries[0]!);
    await turn();
    acknowledgements.ack(deliveries[1]!);
    await turn();
    expect(failures.map(({ message }) => message)).toEqual(['not a number that AMQP can carry']);
  });

  it('know exactly the settled deliveries, in any order', () => {
    const { channel, acknowledgements } = open();
    const deliveries = Array.from({ length: 5 }, (_, index) => channel.deliver(index + 1));
    const settled = (): number[] =>
      deliveries
        .filter((delivery) => acknowledgements.isSettled(delivery))
        .map(({ fields }) => fields.deliveryTag);
    expect(settled()).toEqual([]);
    acknowledgements.ack(deliveries[2]!);
    expect(settled()).toEqual([3]);
    acknowledgements.requeue(deliveries[0]!);
    expect(settled()).toEqual([1, 3]);
    acknowledgements.reject(deliveries[1]!);
    expect(settled()).toEqual([1, 2, 3]);
    acknowledgements.ack(deliveries[4]!);
    expect(settled()).toEqual([1, 2, 3, 5]);
  });

  it('keep nothing of settled deliveries, however long a channel lasts', () => {
    const { channel, acknowledgements } = open();
    for (let tag = 1; tag <= 5000; tag++) acknowledgements.reject(channel.deliver(tag));
    const kept = Object.values(acknowledgements).map((field: unknown) =>
      field instanceof Set ? field.size : Array.isArray(field) ? field.length : 0,
    );
    expect(Math.max(...kept)).toBe(0);
  });

  it('end when the consumer stops, or when the channel ends', () => {
    const [stopped, closed, givenUp] = [open(), open(), open()];
    expect(stopped.acknowledgements.ending.aborted).toBe(false);
    stopped.acknowledgements.end();
    expect(stopped.acknowledgements.ending.aborted).toBe(true);
    closed.channel.emit('close');
    expect(closed.acknowledgements.ending.aborted).toBe(true);
    expect(() => givenUp.acknowledgements.giveUp(new Error('the queue is gone'))).toThrow(
      'the queue is gone',
    );
    expect(givenUp.acknowledgements.ending.aborted).toBe(true);
  });

  it('are sent if given before the channel is given up, and dropped afterwards', () => {
    const channel = new RecordingChannel();
    const failures: string[] = [];
    const acknowledgements = new Acknowledgements(channel as unknown as Channel, ({ message }) =>
      failures.push(message),
    );
    const [first, second] = [channel.deliver(1), channel.deliver(2)];
    acknowledgements.ack(first);
    acknowledgements.giveUp(new Error('the queue is gone'));
    acknowledgements.ack(second);
    acknowledgements.flush();
    expect(channel.told).toEqual([{ tag: 1, outcome: 'ack' }]);
    expect(failures).toEqual(['the queue is gone']);
  });

  it('have hundreds of messages waiting for their end without a warning of a leak', async () => {
    const warnings: string[] = [];
    const onWarning = ({ name }: Error): void => void warnings.push(name);
    process.on('warning', onWarning);
    const { acknowledgements } = open();
    for (let n = 0; n < 300; n++) acknowledgements.ending.addEventListener('abort', () => undefined);
    await turn();
    process.off('warning', onWarning);
    expect(warnings).toEqual([]);
  });
});

describe('a delivery', () => {
  it.each(['settled', 'not settled'])(
    'that is %s: giveBack() requeues only unsettled deliveries',
    (state) => {
      const { channel, acknowledgements } = open();
      const pending = new PendingDelivery(channel.deliver(1), acknowledgements);
      if (state === 'settled') acknowledgements.reject(pending.delivery);
      pending.giveBack();
      expect(channel.told).toEqual([{ tag: 1, outcome: state === 'settled' ? 'reject' : 'requeue' }]);
      expect(channel.frames).toBe(1);
    },
  );

  it('is an async resource of its own for tracing', () => {
    const { channel, acknowledgements } = open();
    const types: string[] = [];
    const hook = createHook({ init: (_id, type) => void types.push(type) }).enable();
    new PendingDelivery(channel.deliver(1), acknowledgements);
    hook.disable();
    expect(types).toContain('FedoraMessagingDelivery');
  });
});
