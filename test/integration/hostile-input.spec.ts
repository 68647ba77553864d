import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { FedoraMessagingService, Message } from '../../lib/index.js';
import { startApp } from '../support/application.js';
import { captureLog } from '../support/captured-log.js';
import { Collector } from '../support/collector.js';
import { amqpUrl, RawClient, TEMPORARY, unique } from '../support/shared-rabbitmq.js';

const MIB = 1024 * 1024;

/**
 * Inputs that never reach a consumer. The broker refuses a CC or BCC that is not a list of texts, and closes the
 * publisher's channel. The queue process of RabbitMQ 3.10 dies of a malformed x-death when it dead-letters the message.
 * amqplib takes a table with the key `!` for a typed value.
 */
const NOT_SENT = new Set(['CC', 'BCC', 'x-death', '!']);

/** Names that have a meaning somewhere, and other names. */
const tableKey = fc.oneof(
  fc.constantFrom(
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'fedora_messaging_schema',
    'fedora_messaging_schema_package',
    'fedora_messaging_severity',
    'sent-at',
    'priority',
    'x-retry-attempt',
    'x-retry-topic',
  ),
  fc.string({ maxLength: 40 }).filter((key) => !NOT_SENT.has(key)),
);

/** A value of every type in an AMQP table, in amqplib's form. */
const tableValue: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.string(),
    fc.boolean(),
    fc.constant(null),
    typed('int8', fc.integer({ min: -128, max: 127 })),
    typed('uint8', fc.integer({ min: 0, max: 255 })),
    typed('int16', fc.integer({ min: -0x8000, max: 0x7fff })),
    typed('uint16', fc.integer({ min: 0, max: 0xffff })),
    typed('int32', fc.integer({ min: -0x80000000, max: 0x7fffffff })),
    typed('uint32', fc.integer({ min: 0, max: 0xffffffff })),
    typed('int64', fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
    typed('timestamp', fc.bigInt({ min: 0n, max: 2n ** 63n - 1n })),
    // RabbitMQ closes the connection of a publisher that sends another type.
    typed('float', fc.float({ noNaN: true, noDefaultInfinity: true })),
    typed('double', fc.double({ noNaN: true, noDefaultInfinity: true })),
    typed(
      'decimal',
      fc.record({ places: fc.integer({ min: 0, max: 9 }), digits: fc.integer({ min: 0, max: 1e6 }) }),
    ),
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(tableKey, tie('value'), { maxKeys: 3 }),
  ),
})).value;

function typed(type: string, value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return value.map((of) => ({ '!': type, value: of }));
}

const headers = fc.oneof(
  { weight: 1, arbitrary: fc.constant(undefined) },
  {
    weight: 3,
    arbitrary: fc.record(
      {
        fedora_messaging_schema: fc.oneof(fc.constant('base.message'), tableValue),
        fedora_messaging_severity: fc.oneof(fc.constantFrom(10, 20, 30, 40), tableValue),
        'sent-at': fc.oneof(fc.constant('2026-01-01T00:00:00+00:00'), tableValue),
      },
      { requiredKeys: [] },
    ),
  },
  { weight: 3, arbitrary: fc.dictionary(tableKey, tableValue, { maxKeys: 6 }) },
);

const jsonText = fc.oneof(
  fc.json(),
  fc.jsonValue().map((value) => JSON.stringify({ value })),
  fc.constantFrom(
    '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
    '{"n":9007199254740993,"m":-1e400,"z":-0,"f":1.0}',
    `{"a":${'['.repeat(1900)}${']'.repeat(1900)}}`,
    `{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
    `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`,
    '{"a":NaN}',
    '{"a":1}{"b":2}',
    '\u0000',
    '{"a":"\\ud800"}',
  ),
);

const content = fc.oneof(
  { weight: 4, arbitrary: jsonText.map((text) => Buffer.from(text)) },
  { weight: 2, arbitrary: fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes)) },
  { weight: 1, arbitrary: jsonText.map((text) => Buffer.from(text, 'utf16le')) },
  { weight: 1, arbitrary: fc.constant(Buffer.alloc(0)) },
);

const shortText = fc.oneof(
  fc.constant(undefined),
  fc.string({ maxLength: 60 }),
  fc.constant('a\nb\r\u2028[31m'),
);

const delivery = fc.record({
  content,
  properties: fc.record({
    headers,
    contentType: shortText,
    contentEncoding: fc.oneof(
      fc.constantFrom('utf-8', 'UTF8', 'utf-16', 'latin-1', 'ascii', 'klingon', ''),
      shortText,
    ),
    priority: fc.oneof(fc.constant(undefined), fc.integer({ min: 0, max: 255 })),
    deliveryMode: fc.constantFrom(1, 2),
    correlationId: shortText,
    replyTo: shortText,
    type: shortText,
    appId: shortText,
    timestamp: fc.oneof(fc.constant(undefined), fc.integer({ min: 0, max: 2 ** 31 })),
  }),
});

describe('a fuzzed stream of deliveries', () => {
  let raw: RawClient;
  let queue: string;

  beforeAll(() => {
    queue = unique('hostile');
  });

  it('is survived: each delivery is handled or rejected with a log line, and the next good message is processed', async () => {
    raw = await RawClient.open();
    const deadLetters = await raw.queue('');
    raw.deleteLater(queue);
    const service = (await startApp({ options: { amqpUrl: amqpUrl(), qos: { prefetchCount: 5 } } })).get(
      FedoraMessagingService,
    );
    const handled = new Collector();
    const [consumer] = await service.consume((message: Message<object>) => handled.add(message), {
      queues: {
        [queue]: {
          ...TEMPORARY,
          arguments: { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': deadLetters },
        },
      },
      bindings: [],
    });
    const log = captureLog();
    let good = 0;

    await fc.assert(
      fc.asyncProperty(fc.array(delivery, { minLength: 1, maxLength: 10 }), async (deliveries) => {
        const before = { handled: handled.items.length, logged: log.length };
        const ids = deliveries.map(() => randomUUID());
        deliveries.forEach(({ content: bytes, properties }, index) => {
          raw.channel.sendToQueue(queue, bytes, { ...(properties as object), messageId: ids[index] });
        });
        const goodId = `good-${good++}`;
        raw.send(queue, '{"good":true}', { messageId: goodId });
        await expect.poll(() => handled.items.at(-1)?.id, { interval: 2, timeout: 20_000 }).toBe(goodId);

        const handledIds = new Set(handled.items.slice(before.handled).map(({ id }) => id));
        const lines = log.slice(before.logged);
        for (const [index, id] of ids.entries()) {
          const isRejected = lines.some(
            ({ level, text }) => level === 'error' && text.includes(id) && text.includes('is rejected'),
          );
          expect(handledIds.has(id)).toBe(!isRejected);
          if (isRejected) expect((await raw.next(deadLetters)).properties.messageId).toBe(id);
          const body = deliveries[index]!.content.toString();
          if (body.length > 200) expect(lines.some(({ text }) => text.includes(body))).toBe(false);
        }
        expect(lines.every(({ text }) => text.length < 4000 && !text.includes('\n'))).toBe(true);
      }),
      // The property is not shrunk: after a failure the queue has further messages in it, so a smaller example would
      // mean nothing.
      { numRuns: 150, endOnFailure: true, timeout: 30_000 },
    );
    expect(consumer!.isConsuming).toBe(true);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(service.statistics.consumed).toMatchObject({ received: handled.items.length, failed: 0 });
  });

  it('leaves no memory behind, with large bodies, valid and invalid', async () => {
    raw = await RawClient.open();
    const service = (await startApp({ options: { amqpUrl: amqpUrl(), qos: { prefetchCount: 2 } } })).get(
      FedoraMessagingService,
    );
    const name = unique('large');
    raw.deleteLater(name);
    const seen = new Collector<number>();
    await service.consume((message: Message<object>) => seen.add(Object.keys(message.body).length), {
      queues: { [name]: TEMPORARY },
      bindings: [],
    });
    const bodies = [
      Buffer.from(JSON.stringify({ text: 'x'.repeat(16 * MIB - 20) })),
      Buffer.from(`[${'1,'.repeat(8 * MIB - 2)}1]`),
      Buffer.alloc(16 * MIB, 0xff),
      Buffer.from(`{"a":${'['.repeat(8 * MIB)}`),
    ];
    const round = async (): Promise<number> => {
      const expected = seen.items.length + 2;
      for (const body of bodies) raw.send(name, body);
      raw.send(name, '{"a":1,"b":2}');
      await seen.whenCount(expected);
      globalThis.gc?.();
      return process.memoryUsage().rss;
    };
    const [, second] = [await round(), await round()];
    let last = 0;
    for (let n = 0; n < 4; n++) last = await round();
    expect(seen.items.slice(-2)).toEqual([1, 2]);
    expect(last - second).toBeLessThan(200 * MIB);
  });
});
