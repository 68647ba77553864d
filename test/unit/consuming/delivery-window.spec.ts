import { describe, expect, it } from 'vitest';
import type { ConsumeMessage } from '../../../lib/broker/index.js';
import type { ConsumerPlan } from '../../../lib/consuming/consumer-plan.js';
import type { PendingDelivery } from '../../../lib/consuming/delivery/pending-delivery.js';
import { Subscription } from '../../../lib/consuming/running/subscription.js';
import { LibraryLogger } from '../../../lib/logging/index.js';
import { deferred } from '../../support/collector.js';
import { planOf } from '../../support/consumer-plan.js';
import { fakeDelivery, FakeConnection } from '../../support/fake-channels.js';

const KEPT = { durable: true, autoDelete: false, exclusive: false, arguments: {} };
const ofType = (type: string, more = {}) => ({ ...KEPT, arguments: { 'x-queue-type': type, ...more } });
const PREFETCH = 10;

interface Opened {
  readonly plan?: Partial<ConsumerPlan>;
  readonly passiveDeclares?: boolean;
  readonly version?: string | undefined;
}

/** A subscription to a quorum queue, with a prefetch of 10. */
async function open({ plan = {}, passiveDeclares = false, ...rest }: Opened = {}) {
  const { version } = { version: '4.0.5', ...rest };
  const connection = Object.assign(new FakeConnection(), { rabbitMqVersion: version });
  const subscription = await Subscription.open(
    connection.asOpen,
    planOf({ options: ofType('quorum'), prefetchCount: PREFETCH, ...plan }),
    { exchanges: {}, passiveDeclares, reconnect: {} },
    new LibraryLogger(),
  );
  const deliveries: PendingDelivery[] = [];
  subscription.begin({
    onDelivery: (pending) => void deliveries.push(pending),
    onCanceled: () => undefined,
    onLost: () => undefined,
  });
  const channel = connection.channels[0]!;
  const settle = (index: number, how: 'ack' | 'reject' | 'requeue' | 'wait'): Promise<void> => {
    const { acknowledgements, delivery } = deliveries[index]!;
    acknowledgements[how](delivery);
    return turn();
  };
  return { channel, subscription, settle, prefetches: () => channel.callsOf('prefetch').flat() };
}

/** A message that has come back this many times, as a quorum queue delivers it. */
function returned(deliveryTag: number, count = 1): ConsumeMessage {
  const delivery = fakeDelivery(deliveryTag, { 'x-delivery-count': count });
  return { ...delivery, fields: { ...delivery.fields, redelivered: true } };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the broker first sends only as many messages as are handled at the same time', () => {
  it.each<[string, Opened]>([
    ['from a quorum queue', {}],
    ['from a quorum queue of RabbitMQ 3.10', { version: '3.10.8' }],
    [
      'where administrators make the queue',
      { passiveDeclares: true, plan: { options: KEPT }, version: '3.9.0' },
    ],
    ['where RabbitMQ 4 chooses the type of the queue', { plan: { options: KEPT } }],
    [
      'from a quorum queue without a limit of messages',
      { plan: { options: ofType('quorum'), prefetchCount: 0 } },
    ],
  ])('%s', async (_, opened) => {
    const { prefetches } = await open({ ...opened, plan: { ...opened.plan, concurrency: 3 } });
    expect(prefetches()).toEqual([3]);
  });
});

describe('the broker sends the whole prefetch at once', () => {
  it.each<[string, Opened]>([
    ['from a classic queue', { plan: { options: ofType('classic') } }],
    ['from a stream', { plan: { options: ofType('stream') }, passiveDeclares: true }],
    ['where RabbitMQ 3 chooses the type of the queue', { plan: { options: KEPT }, version: '3.13.7' }],
    ['from an exclusive queue', { plan: { options: { ...KEPT, exclusive: true } } }],
    ['from an auto-delete queue', { plan: { options: { ...KEPT, autoDelete: true } } }],
    ['from a queue that is not durable', { plan: { options: { ...KEPT, durable: false } } }],
    ['from a queue that the broker names', { plan: { options: KEPT, queue: '' }, passiveDeclares: true }],
    [
      'from a queue of unknown type with a single active consumer',
      { plan: { options: { ...KEPT, arguments: { 'x-single-active-consumer': true } } } },
    ],
    ['where it is the embedded broker', { version: undefined }],
    ['where as many are handled at the same time', { plan: { concurrency: PREFETCH } }],
  ])('%s', async (_, opened) => {
    const { channel, settle, prefetches } = await open(opened);
    channel.deliver(fakeDelivery(1));
    await settle(0, 'ack');
    expect(prefetches()).toEqual([PREFETCH]);
    expect(channel.methods).not.toContain('cancel');
  });
});

describe('a subscription to a quorum queue', () => {
  it('gets the whole prefetch when a message is acknowledged that had not come back', async () => {
    const { channel, settle, prefetches } = await open();
    channel.deliver(fakeDelivery(1));
    await settle(0, 'ack');
    expect(channel.callsOf('cancel')).toEqual([['a-tag']]);
    expect(prefetches()).toEqual([1, PREFETCH]);
    expect(channel.callsOf('consume')).toHaveLength(2);
    // Otherwise the broker would send a further message to the first consumer, take it back, and count that.
    expect(channel.methods.indexOf('cancel')).toBeLessThan(channel.methods.indexOf('ack'));
    channel.deliver(fakeDelivery(2));
    await settle(1, 'ack');
    expect(channel.callsOf('consume')).toHaveLength(2);
  });

  it('gets the whole prefetch when a message is rejected that had not come back', async () => {
    const { channel, settle, prefetches } = await open();
    channel.deliver(fakeDelivery(1));
    await settle(0, 'reject');
    expect(channel.methods.slice(-4)).toEqual(['cancel', 'nack', 'prefetch', 'consume']);
    expect(prefetches()).toEqual([1, PREFETCH]);
  });

  it('gets only a few messages while they had come back, or go back', async () => {
    const { channel, settle, prefetches } = await open();
    channel.deliver(returned(1));
    await settle(0, 'ack');
    channel.deliver(returned(2, 20));
    await settle(1, 'reject');
    channel.deliver(fakeDelivery(3));
    await settle(2, 'requeue');
    channel.deliver(returned(4));
    await settle(3, 'ack');
    expect(prefetches()).toEqual([1]);
    channel.deliver(fakeDelivery(5));
    await settle(4, 'ack');
    expect(prefetches()).toEqual([1, PREFETCH]);
  });

  it("gets the whole prefetch when a message comes again without a quorum queue's count", async () => {
    const { channel, settle, prefetches } = await open({ plan: { options: KEPT } });
    const delivery = fakeDelivery(1);
    channel.deliver({ ...delivery, fields: { ...delivery.fields, redelivered: true } });
    await settle(0, 'ack');
    expect(prefetches()).toEqual([1, PREFETCH]);
  });

  it('does not trust a count that a publisher wrote', async () => {
    const { channel, settle, prefetches } = await open();
    channel.deliver(fakeDelivery(1, { 'x-delivery-count': 7 }));
    await settle(0, 'ack');
    expect(prefetches()).toEqual([1, PREFETCH]);
  });

  it('gets a further message for each message that waits for its next attempt, up to the prefetch', async () => {
    const { channel, settle, prefetches } = await open({ plan: { prefetchCount: 3 } });
    for (const [index, count] of [1, 2, 3].entries()) {
      channel.deliver(returned(count));
      await settle(index, 'wait');
    }
    expect(prefetches()).toEqual([1, 1, 1]);
    // A message that still waits makes no room a second time.
    await settle(2, 'wait');
    expect(prefetches()).toEqual([1, 1, 1]);
    await settle(0, 'ack');
    expect(prefetches()).toEqual([1, 1, 1, 1]);
    // The room is free while its message is in hand.
    channel.deliver(fakeDelivery(4));
    await settle(3, 'ack');
    expect(prefetches()).toEqual([1, 1, 1, 1]);
    await settle(1, 'ack');
    await settle(2, 'ack');
    channel.deliver(fakeDelivery(5));
    await settle(4, 'ack');
    expect(prefetches()).toEqual([1, 1, 1, 1, 3]);
  });

  it('gets no further message while other messages are in hand beside a waiting message', async () => {
    const { channel, settle, prefetches } = await open({ plan: { concurrency: 2 } });
    channel.deliver(returned(1));
    channel.deliver(returned(2));
    await settle(0, 'wait');
    expect(prefetches()).toEqual([2]);
    await settle(1, 'wait');
    expect(prefetches()).toEqual([2, 2]);
  });

  it('keeps its turn when only one consumer is active', async () => {
    const options = ofType('quorum', { 'x-single-active-consumer': true });
    const { channel, settle, prefetches } = await open({ plan: { options } });
    channel.deliver(fakeDelivery(1));
    await settle(0, 'ack');
    channel.deliver(fakeDelivery(2));
    await settle(1, 'wait');
    expect(prefetches()).toEqual([1]);
    expect(channel.methods).not.toContain('cancel');
  });

  it('gets no more messages after its cancellation, when a message is acknowledged', async () => {
    const { channel, subscription, settle } = await open();
    channel.deliver(fakeDelivery(1));
    await subscription.cancel();
    await settle(0, 'ack');
    expect(channel.callsOf('consume')).toHaveLength(1);
    expect(channel.callsOf('cancel')).toHaveLength(1);
  });

  it('does not get the whole prefetch when it is cancelled just before', async () => {
    const { channel, subscription, settle } = await open();
    const reply = deferred();
    channel.answers['cancel'] = () => reply.promise;
    channel.deliver(fakeDelivery(1));
    await settle(0, 'ack');
    const cancelled = subscription.cancel();
    reply.resolve();
    await cancelled;
    expect(channel.callsOf('consume')).toHaveLength(1);
  });

  it('cancels the consumer with the whole prefetch when it is cancelled while it asks for that', async () => {
    const { channel, subscription, settle } = await open();
    const reply = deferred<object>();
    channel.answers['consume'] = () => reply.promise;
    channel.deliver(fakeDelivery(1));
    await settle(0, 'ack');
    const cancelled = subscription.cancel();
    reply.resolve({ consumerTag: 'another-tag' });
    await cancelled;
    expect(channel.callsOf('cancel')).toEqual([['a-tag'], ['another-tag']]);
  });
});
