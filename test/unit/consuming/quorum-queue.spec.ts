import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { BrokerConnection } from '../../../lib/broker/index.js';
import { deliveryCountOf } from '../../../lib/consuming/delivery/delivery-count.js';
import { Openings } from '../../../lib/consuming/running/openings.js';
import { Subscriber } from '../../../lib/consuming/running/subscriber.js';
import { LibraryLogger } from '../../../lib/logging/index.js';
import { captureLog } from '../../support/captured-log.js';
import { planOf } from '../../support/consumer-plan.js';
import { fakeDelivery, FakeConnection } from '../../support/fake-channels.js';

const QUORUM = { 'x-queue-type': 'quorum' };

/** The log lines when a consumer subscribes twice to a queue with these arguments, and gets a message each time. */
async function warningsOf(
  args: Record<string, unknown>,
  rabbitMqVersion?: string,
  deliveryCount = 0,
): Promise<string[]> {
  const log = captureLog();
  const connection = Object.assign(new FakeConnection(), { rabbitMqVersion });
  const options = { durable: true, autoDelete: false, exclusive: false, arguments: args };
  const logger = new LibraryLogger();
  const broker = Object.assign(new EventEmitter(), { connect: () => Promise.resolve(connection.asOpen) });
  const openings = new Openings(
    broker as unknown as BrokerConnection,
    { exchanges: {}, passiveDeclares: false, reconnect: {} },
    logger,
  );
  const subscriber = new Subscriber(
    { name: 'Shop.onOrder', queue: 'orders' },
    planOf({ options }),
    openings,
    logger,
  );
  const { signal } = new AbortController();
  for (const time of [1, 2]) {
    await subscriber.subscribe(signal);
    const { fields, ...delivery } = fakeDelivery(time, { 'x-delivery-count': deliveryCount });
    connection.channels
      .at(-1)!
      .deliver({ ...delivery, fields: { ...fields, redelivered: deliveryCount > 0 } });
  }
  return log.map(({ level, text }) => `${level}: ${text}`);
}

describe('a quorum queue of RabbitMQ 4', () => {
  it('is warned about once, in one line, when it has neither a limit nor a dead-letter exchange', async () => {
    const [warning, ...others] = await warningsOf(QUORUM, '4.0.5');
    expect(others).toEqual([]);
    expect(warning).toMatch(
      /^warn: The queue 'orders' is a quorum queue with neither 'x-dead-letter-exchange' nor 'x-delivery-limit'\. .*RabbitMQ 4\.0\.5 deletes .* more than 20 times.* by a policy/,
    );
    expect(warning).not.toContain('\n');
  });

  it.each<[string, object, string | undefined]>([
    ['with a limit of its own', { ...QUORUM, 'x-delivery-limit': 50 }, '4.0.5'],
    ['without any limit', { ...QUORUM, 'x-delivery-limit': -1 }, '4.0.5'],
    ['with a dead-letter exchange', { ...QUORUM, 'x-dead-letter-exchange': '' }, '4.0.5'],
  ])('%s is not warned about', async (_, args, version) => {
    expect(await warningsOf({ ...args }, version)).toEqual([]);
  });
});

it.each<[string, object, string | undefined]>([
  ['a quorum queue of RabbitMQ 3, which has no limit by itself,', QUORUM, '3.13.7'],
  ['a classic queue', {}, '4.0.5'],
  ['a quorum queue of another broker', QUORUM, undefined],
])('%s is not warned about', async (_, args, version) => {
  expect(await warningsOf({ ...args }, version)).toEqual([]);
});

describe('a queue of unknown type on RabbitMQ 4', () => {
  it('is warned about once, when a message comes back with a count', async () => {
    expect(await warningsOf({}, '4.0.5', 1)).toEqual([
      expect.stringMatching(
        /^warn: A message came back to the queue 'orders', which is a quorum queue\. .*RabbitMQ 4\.0\.5 deletes .* more than 20 times.* dead-letter exchange; otherwise create the queue with 'x-dead-letter-exchange' or 'x-delivery-limit', or set 'dead-letter-exchange' or 'delivery-limit' by a policy$/,
      ),
    ]);
  });

  it.each<[string, object, string | undefined]>([
    ['on RabbitMQ 3', {}, '3.13.7'],
    ['with a dead-letter exchange', { 'x-dead-letter-exchange': '' }, '4.0.5'],
    ['on another broker', {}, undefined],
  ])('is not warned about when a message comes back %s', async (_, args, version) => {
    expect(await warningsOf({ ...args }, version, 1)).toEqual([]);
  });
});

it('a classic queue on RabbitMQ 4 is not warned about when a message comes back', async () => {
  expect(await warningsOf({ 'x-queue-type': 'classic' }, '4.0.5', 1)).toEqual([]);
});

it('a quorum queue on RabbitMQ 4 is warned about when it is consumed, and not again when a message comes back', async () => {
  expect(await warningsOf(QUORUM, '4.0.5', 1)).toEqual([
    expect.stringMatching(/^warn: The queue 'orders' is a quorum queue with neither/),
  ]);
});

describe('the delivery count of a message', () => {
  const count = (header: unknown, redelivered: boolean): number => {
    const { fields, ...delivery } = fakeDelivery(1, { 'x-delivery-count': header });
    return deliveryCountOf({ ...delivery, fields: { ...fields, redelivered } });
  };

  it("is the quorum queue's count of a message that comes again", () => {
    expect(count(3, true)).toBe(3);
  });

  it.each<[string, unknown, boolean]>([
    ['that comes for the first time, whatever its publisher wrote', 3, false],
    ['of a queue that does not count', undefined, true],
    ['with a count that is none', 'three', true],
    ['with a negative count', -1, true],
  ])('is 0 for a message %s', (_, header, redelivered) => {
    expect(count(header, redelivered)).toBe(0);
  });
});
