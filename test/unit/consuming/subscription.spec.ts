import { describe, expect, it } from 'vitest';
import { surviveUnreadableHeaders } from '../../../lib/broker/amqplib/unreadable-headers.js';
import type { ConsumeMessage } from '../../../lib/broker/index.js';
import type { ConsumerPlan } from '../../../lib/consuming/consumer-plan.js';
import type { PendingDelivery } from '../../../lib/consuming/delivery/pending-delivery.js';
import { Subscription, type SubscriptionSettings } from '../../../lib/consuming/running/subscription.js';
import { BadDeclaration, PermissionException } from '../../../lib/exceptions/index.js';
import { LibraryLogger } from '../../../lib/logging/index.js';
import { captureLog } from '../../support/captured-log.js';
import { closedWith, type FakeChannel, fakeDelivery, FakeConnection } from '../../support/fake-channels.js';

const KEPT = { durable: true, autoDelete: false, exclusive: false, arguments: {} };
const PLAN: ConsumerPlan = {
  queue: 'orders',
  options: KEPT,
  bindings: [{ exchange: 'shop', routingKeys: ['order.#', 'offer.#'] }],
  consumeArguments: {},
  auxiliaryQueues: [],
  prefetchCount: 7,
  concurrency: 1,
};
const SETTINGS: SubscriptionSettings = {
  exchanges: { shop: { type: 'topic' }, other: { type: 'fanout' } },
  passiveDeclares: false,
  reconnect: {},
};

/** The events that a subscription has reported to its consumer. */
class Events {
  readonly told: unknown[] = [];
  onDelivery = ({ delivery }: PendingDelivery): void => void this.told.push(delivery.fields.deliveryTag);
  onCanceled = (): void => void this.told.push('canceled');
  onLost = (reason: string): void => void this.told.push(`lost: ${reason}`);
}

/** A delivery whose headers amqplib can't read. */
function unreadable(deliveryTag: number): ConsumeMessage {
  const id = Buffer.from('an-id');
  // Class 60, no weight, an empty body, headers and a message id, no header, the id.
  const payload = Buffer.concat([
    Buffer.from('003c00000000000000000000208000000000', 'hex'),
    Buffer.from([id.length]),
    id,
  ]);
  const head = Buffer.from([2, 0, 1, 0, 0, 0, payload.length]);
  const connection = {
    rest: Buffer.concat([head, payload, Buffer.from([206])]),
    maxFrameSize: 0,
    recvFrame: (): object => {
      throw new Error('Unexpected type tag');
    },
  };
  surviveUnreadableHeaders(connection);
  const { fields: properties } = connection.recvFrame() as { fields: ConsumeMessage['properties'] };
  return { ...fakeDelivery(deliveryTag), properties };
}

async function open(
  onOpen?: (channel: FakeChannel, index: number) => void,
  plan: Partial<ConsumerPlan> = {},
  settings: Partial<SubscriptionSettings> = {},
  rabbitMqVersion?: string,
) {
  const connection = Object.assign(new FakeConnection(onOpen), { rabbitMqVersion });
  const opened = Subscription.open(
    connection.asOpen,
    { ...PLAN, ...plan },
    { ...SETTINGS, ...settings },
    new LibraryLogger(),
  );
  const subscription = await opened.catch((error: unknown) =>
    Promise.reject(Object.assign(error as Error, { connection })),
  );
  const events = new Events();
  return { connection, channel: connection.channels[0]!, subscription, events };
}

async function refused(
  onOpen: (channel: FakeChannel) => void,
): Promise<Error & { connection: FakeConnection }> {
  return open(onOpen).then(
    () => expect.unreachable('it was opened'),
    (error: Error & { connection: FakeConnection }) => error,
  );
}

const fails = (error: Error) => () => Promise.reject(error);

describe('a subscription', () => {
  it('declares its exchanges and queue, binds it, and limits the prefetch before it consumes', async () => {
    const { channel, subscription } = await open();
    expect(channel.calls).toEqual([
      ['assertExchange', 'shop', 'topic', { durable: true, autoDelete: false, arguments: {} }],
      ['assertQueue', 'orders', KEPT],
      ['bindQueue', 'orders', 'shop', 'order.#', {}],
      ['bindQueue', 'orders', 'shop', 'offer.#', {}],
      ['prefetch', 7],
      ['consume', 'orders'],
    ]);
    expect(subscription.queue).toBe('orders');
    expect(subscription.isAlive).toBe(true);
  });

  it('declares the exchanges from which its exchange gets messages, however far away, and no others', async () => {
    const from = (exchange: string) => ({ bindings: [{ exchange, routingKeys: ['#'] }] });
    const exchanges = { shop: from('mall'), mall: from('town'), town: from('shop'), other: from('shop') };
    const { channel } = await open(undefined, {}, { exchanges });
    expect(channel.callsOf('assertExchange').map(([name]) => name)).toEqual(['shop', 'mall', 'town']);
    expect(channel.callsOf('bindExchange')).toEqual([
      ['shop', 'mall', '#', {}],
      ['mall', 'town', '#', {}],
      ['town', 'shop', '#', {}],
    ]);
  });

  it('checks whether exchanges and queues exist when declaring is passive', async () => {
    const { channel } = await open(undefined, {}, { passiveDeclares: true });
    expect(channel.methods).toEqual([
      'checkExchange',
      'checkQueue',
      'bindQueue',
      'bindQueue',
      'prefetch',
      'consume',
    ]);
  });

  it('declares its auxiliary queues before it consumes, each on its own channel', async () => {
    const auxiliaryQueues = [
      { holds: 'retries' as const, name: 'orders.retry.50', variants: [{ options: KEPT }] },
      { holds: 'parked' as const, name: 'orders.parked', variants: [{ options: KEPT }] },
    ];
    const { connection } = await open(undefined, { auxiliaryQueues });
    expect(connection.channels.slice(1).map(({ calls }) => calls)).toEqual([
      [['assertQueue', 'orders.retry.50', KEPT], ['close']],
      [['assertQueue', 'orders.parked', KEPT], ['close']],
    ]);
  });

  it('takes the next variant of a queue that the broker has in another form, and warns about the last variant', async () => {
    const log = captureLog();
    const quorum = { ...KEPT, arguments: { 'x-queue-type': 'quorum' } };
    const auxiliaryQueues = [
      { holds: 'parked' as const, name: 'orders.parked', variants: [{ options: quorum }, { options: KEPT }] },
    ];
    const { connection } = await open(
      ({ answers }, index) => {
        if (index === 1)
          answers['assertQueue'] = fails(closedWith(406, 'PRECONDITION_FAILED - inequivalent'));
      },
      { auxiliaryQueues },
    );
    expect(connection.channels.slice(1).map(({ calls }) => calls[0])).toEqual([
      ['assertQueue', 'orders.parked', quorum],
      ['assertQueue', 'orders.parked', KEPT],
    ]);
    expect(log.map(({ text }) => text)).toEqual([
      expect.stringContaining("The queue 'orders.parked' is a classic queue"),
    ]);
  });

  it.each([
    ['4.0.5', true],
    ['3.13.7', false],
    [undefined, false],
  ])('on RabbitMQ %s takes a variant that only version 4 understands: %s', async (version, isTaken) => {
    const limitless = { ...KEPT, arguments: { 'x-delivery-limit': -1 } };
    const variants = [{ options: limitless, since: 4 }, { options: KEPT }];
    const { connection } = await open(
      undefined,
      { auxiliaryQueues: [{ holds: 'parked', name: 'orders.parked', variants }] },
      {},
      version,
    );
    expect(connection.channels[1]!.calls[0]).toEqual([
      'assertQueue',
      'orders.parked',
      isTaken ? limitless : KEPT,
    ]);
  });

  it('binds and consumes the name that the broker gave to its queue', async () => {
    const { channel, subscription } = await open(undefined, { queue: '' });
    expect(channel.callsOf('bindQueue')[0]![0]).toBe('amq.gen-1');
    expect(channel.callsOf('consume')).toEqual([['amq.gen-1']]);
    expect(subscription.queue).toBe('amq.gen-1');
  });

  it("closes its channel when it can't be opened", async () => {
    const error = await refused(({ answers }) => (answers['assertQueue'] = fails(closedWith(406))));
    expect(error).toBeInstanceOf(BadDeclaration);
    expect(error.connection.channels[0]!.methods.at(-1)).toBe('close');
  });

  it('fails with a PermissionException when the user may not read the queue', async () => {
    const error = await refused(
      ({ answers }) => (answers['consume'] = fails(closedWith(403, 'ACCESS_REFUSED - no'))),
    );
    expect(error).toBeInstanceOf(PermissionException);
    expect(error.message).toContain('The broker user lacks a permission on the queue {"name":"orders"}');
    expect(error.message).toContain('ACCESS_REFUSED - no');
    expect((error.cause as { code: number }).code).toBe(403);
  });

  it('fails with the same error as consuming for any other reason', async () => {
    const failure = closedWith(530);
    expect(await refused(({ answers }) => (answers['consume'] = fails(failure)))).toBe(failure);
  });

  it('fails with the reason why the broker closed the channel when a reply does not come any more', async () => {
    const why = closedWith(404);
    const error = await refused((channel) => {
      channel.answers['prefetch'] = () => {
        channel.die(why);
        return Promise.reject(new Error('Channel ended, no reply will be forthcoming'));
      };
    });
    expect(error).toBe(why);
  });

  it('fails with the error of the reply when the channel has an error, too', async () => {
    const error = await refused((channel) => {
      channel.answers['assertQueue'] = () => {
        channel.die(closedWith(541));
        return Promise.reject(closedWith(406));
      };
    });
    expect(error).toBeInstanceOf(BadDeclaration);
    const other = closedWith(320);
    const again = await refused((channel) => {
      channel.answers['prefetch'] = () => {
        channel.die(closedWith(541));
        return Promise.reject(other);
      };
    });
    expect(again).toBe(other);
  });

  it('holds deliveries and events until it is begun, and then reports them in order', async () => {
    const { channel, subscription, events } = await open((opened) => {
      opened.answers['consume'] = () => {
        opened.deliver(fakeDelivery(1));
        opened.deliver(fakeDelivery(2));
        return { consumerTag: 'a-tag' };
      };
    });
    channel.deliver(null);
    subscription.begin(events);
    channel.deliver(fakeDelivery(3));
    expect(events.told).toEqual([1, 2, 'canceled', 3]);
  });

  it('reports only its loss when it is lost before it is begun', async () => {
    const { channel, subscription, events } = await open();
    channel.deliver(fakeDelivery(1));
    channel.die(closedWith(541, 'INTERNAL_ERROR'));
    subscription.begin(events);
    expect(events.told).toEqual(['lost: INTERNAL_ERROR']);
    expect(subscription.isAlive).toBe(false);
  });

  it('reports its loss once, with the reason, and nothing afterwards', async () => {
    const { channel, subscription, events } = await open();
    subscription.begin(events);
    channel.die();
    channel.emit('close');
    channel.deliver(fakeDelivery(1));
    channel.deliver(null);
    expect(events.told).toEqual(['lost: the connection was lost']);
  });

  it('is not alive when the broker has cancelled it', async () => {
    const { channel, subscription, events } = await open();
    subscription.begin(events);
    channel.deliver(null);
    expect(events.told).toEqual(['canceled']);
    expect(subscription.isAlive).toBe(false);
  });

  it('is given up at an invalid delivery tag, after it has acknowledged the handled messages', async () => {
    const { channel, subscription, events } = await open();
    subscription.begin(events);
    const first = fakeDelivery(1);
    channel.deliver(first);
    subscription.acknowledgements.ack(first);
    channel.deliver(fakeDelivery(1));
    expect(events.told).toEqual([
      1,
      expect.stringMatching(/^lost: .*delivery tag 1, which can't be acknowledged/),
    ]);
    expect(channel.methods.slice(-2)).toEqual(['ack', 'close']);
    channel.deliver(fakeDelivery(1));
    expect(events.told).toHaveLength(2);
    expect(channel.callsOf('close')).toHaveLength(1);
  });

  it('is given up when acknowledging fails', async () => {
    const { channel, subscription, events } = await open();
    subscription.begin(events);
    channel.ack = () => {
      throw new RangeError('not a number');
    };
    const message = fakeDelivery(1);
    channel.deliver(message);
    subscription.acknowledgements.ack(message);
    subscription.acknowledgements.flush();
    expect(events.told).toEqual([1, 'lost: not a number']);
    expect(channel.methods.at(-1)).toBe('close');
  });

  it('rejects and names a message with unreadable headers, and goes on with other messages', async () => {
    const log = captureLog();
    const { channel, subscription, events } = await open();
    subscription.begin(events);
    const message = unreadable(1);
    channel.deliver(message);
    channel.deliver(fakeDelivery(2));
    expect(events.told).toEqual([2]);
    expect(channel.callsOf('nack')).toEqual([[message, false, false]]);
    expect(log).toEqual([
      {
        level: 'error',
        text: expect.stringMatching(
          /^The message "an-id" with topic "a\.topic" of queue 'orders' is rejected: its headers can't be read \(Unexpected type tag\)\. .* published to exchange 'amq\.topic'\. .*dead-letter exchange/,
        ) as string,
      },
    ]);
  });

  it('cancels by its tag after it has acknowledged the handled messages, and ends the waits of slow steps', async () => {
    const { channel, subscription } = await open();
    const message = fakeDelivery(1);
    channel.deliver(message);
    subscription.acknowledgements.ack(message);
    await subscription.cancel();
    expect(channel.calls.slice(-2)).toEqual([
      ['ack', message, true],
      ['cancel', 'a-tag'],
    ]);
    expect(subscription.acknowledgements.ending.aborted).toBe(true);
  });

  it('is cancelled also when the channel is gone', async () => {
    const { subscription } = await open(
      ({ answers }) => (answers['cancel'] = fails(new Error('Channel closed'))),
    );
    await expect(subscription.cancel()).resolves.toBeUndefined();
  });

  it('closes its channel after it has acknowledged the handled messages', async () => {
    const { channel, subscription } = await open();
    const message = fakeDelivery(1);
    channel.deliver(message);
    subscription.acknowledgements.ack(message);
    await subscription.close();
    expect(channel.methods.slice(-2)).toEqual(['ack', 'close']);
  });
});

describe('the queue of a subscription that the broker has cancelled', () => {
  async function isGone(
    answer: (probe: FakeChannel) => unknown,
  ): Promise<{ isGone: boolean; connection: FakeConnection }> {
    const { subscription, connection } = await open((channel, index) => {
      if (index === 1) channel.answers['checkQueue'] = () => answer(channel);
    });
    return { isGone: await subscription.isQueueGone(), connection };
  }

  it('is looked for on a separate channel, which is closed again', async () => {
    const { isGone: gone, connection } = await isGone(() => ({ queue: 'orders' }));
    expect(gone).toBe(false);
    expect(connection.channels[1]!.calls).toEqual([['checkQueue', 'orders'], ['close']]);
    expect(connection.channels[0]!.methods).not.toContain('close');
  });

  it.each<[boolean, string, Error]>([
    [true, 'the broker does not find it', closedWith(404, "NOT_FOUND - no queue 'orders' in vhost '/'")],
    [
      false,
      'its node is away',
      closedWith(404, "NOT_FOUND - home node 'a' of durable queue 'orders' is down"),
    ],
    [false, 'the user may not look', closedWith(403)],
    [false, 'the connection is lost', new Error('Connection closed')],
  ])('is gone (%s) when %s', async (expected, _, error) => {
    const { isGone: gone, connection } = await isGone((probe) => {
      // No other listener exists.
      probe.emit('error', error);
      throw error;
    });
    expect(gone).toBe(expected);
    expect(connection.channels[1]!.methods.at(-1)).toBe('close');
  });

  it('counts as existing when no channel can be opened', async () => {
    const { subscription, connection } = await open();
    connection.openChannel = () => Promise.reject(new Error('Connection closed'));
    expect(await subscription.isQueueGone()).toBe(false);
  });
});
