import { describe, expect, it } from 'vitest';
import type { PublishProperties, Table } from '../../../lib/broker/port.js';
import { fieldTable } from '../../../lib/field-tables/index.js';
import { type Client, onBothBrokers } from '../../support/both-brokers.js';

const TOO_LONG = 'x'.repeat(256);
const LONGEST = 'é'.repeat(127);

async function headersThrough(client: Client, headers: Table): Promise<Table | undefined> {
  const queue = await client.queue();
  await client.publish('', queue, 'm', { headers });
  const [message] = await client.take(queue, 1);
  return message!.properties.headers;
}

onBothBrokers((open) => {
  it.each<[what: string, value: unknown, arrives?: unknown]>([
    ['text', 'é'],
    ['text with half a character', 'a\ud800b', 'a\ufffdb'],
    ['an empty text', ''],
    ['a byte', 127],
    ['a negative integer', -40_000],
    ['a large integer', 2 ** 53],
    ['an integer beyond 2^53', 2 ** 60],
    ['a fraction', 1.5],
    ['zero that is negative', -0, 0],
    ['true', true],
    ['null', null],
    ['bytes', Buffer.from([0, 255])],
    ['other bytes, by their places', new Uint8Array([1, 2]), { 0: 1, 1: 2 }],
    ['a list', [1, 'two', [3], { four: null }]],
    ['a table', { a: { b: { c: [] } } }],
    ['what is undefined in a table, not at all', { a: 1, b: undefined }, { a: 1 }],
    ['what a table inherits', Object.create({ inherited: 1 }), { inherited: 1 }],
    ['a timestamp', { '!': 'timestamp', value: 1_700_000_000 }],
    ['a decimal', { '!': 'decimal', value: { places: 2, digits: 314 } }],
    ['an integer of a type', { '!': 'int8', value: -5 }, -5],
    ['a long integer, from a BigInt', { '!': 'long', value: 2n ** 40n }, 2 ** 40],
    ['a float of few bits', { '!': 'float', value: 1.1 }, Math.fround(1.1)],
    ['an integer as a double', { '!': 'double', value: 5 }, 5],
    ['a Date that amqplib is given, as an empty table', new Date(0), {}],
    [
      'a Date that this library is given, as a timestamp',
      fieldTable({ at: new Date(1500) })['at'],
      { '!': 'timestamp', value: 1 },
    ],
  ])('a header keeps its value: %s', async (_, value, arrives = value) => {
    const client = await open();
    const received = await headersThrough(client, { value });
    expect(received).toEqual({ value: arrives });
    if (typeof arrives === 'number') expect(Object.is(received!['value'], arrives)).toBe(true);
  });

  it('a message without properties arrives with empty headers and nothing else', async () => {
    const client = await open();
    const queue = await client.queue();
    await client.publish('', queue, 'm');
    const [message] = await client.take(queue, 1);
    const { headers, ...others } = message!.properties;
    expect(headers).toEqual({});
    expect(Object.values(others).every((value) => value === undefined)).toBe(true);
    expect(Object.keys(message!.fields).sort()).toEqual([
      'consumerTag',
      'deliveryTag',
      'exchange',
      'redelivered',
      'routingKey',
    ]);
  });

  it('all properties arrive unchanged', async () => {
    const client = await open();
    const queue = await client.queue();
    const texts = {
      contentType: 'text/plain',
      contentEncoding: 'utf-8',
      correlationId: 'c',
      replyTo: 'r',
      messageId: LONGEST,
      type: '',
      userId: 'guest',
      appId: 'a',
    };
    const sent: PublishProperties = {
      ...texts,
      deliveryMode: true,
      priority: 255,
      timestamp: 5,
      expiration: 60_000,
    };
    await client.publish('', queue, 'm', sent);
    const [message] = await client.take(queue, 1);
    expect(message!.properties).toEqual({
      ...texts,
      headers: {},
      deliveryMode: 2,
      priority: 255,
      timestamp: 5,
      expiration: '60000',
      clusterId: undefined,
    });
  });

  it('an empty body and a body of a megabyte arrive unchanged', async () => {
    const client = await open();
    const queue = await client.queue();
    const large = Buffer.alloc(2 ** 20, 'large');
    await client.publish('', queue, '');
    await client.publish('', queue, large);
    const [one, two] = await client.take(queue, 2);
    expect(one!.content).toHaveLength(0);
    expect(two!.content.equals(large)).toBe(true);
  });

  describe('publish() throws, and the channel goes on, for', () => {
    const nested = (): Table => {
      const table: Table = {};
      table['self'] = table;
      return table;
    };
    it.each<[what: string, error: ErrorConstructor, properties: object, field?: string]>([
      ['a function in headers', TypeError, { headers: { value: () => undefined } }],
      ['a symbol in headers', TypeError, { headers: { value: Symbol('s') } }],
      ['a BigInt in headers', TypeError, { headers: { value: 1n } }],
      ['an unknown type in headers', TypeError, { headers: { value: { '!': 'nothing', value: 1 } } }],
      ['a number that is none in headers', RangeError, { headers: { value: NaN } }],
      [
        'an integer that does not fit its type',
        RangeError,
        { headers: { value: { '!': 'int8', value: 200 } } },
      ],
      ['an integer of more than 64 bits', RangeError, { headers: { value: -(2 ** 70) } }],
      ['a name of 256 bytes in headers', RangeError, { headers: { [TOO_LONG]: 1 } }],
      ['headers of more than 64 KB', RangeError, { headers: { value: 'x'.repeat(2 ** 16) } }],
      ['headers that contain themselves', RangeError, { headers: nested() }],
      ['a message id of 256 bytes', TypeError, { messageId: TOO_LONG }, 'messageId'],
      ['a content type that is no text', TypeError, { contentType: 5 }, 'contentType'],
      ['a priority that is no number', TypeError, { priority: '5' }, 'priority'],
      ['a priority of more than a byte', RangeError, { priority: 256 }],
      ['a timestamp that is no number', TypeError, { timestamp: new Date() }, 'timestamp'],
      ['a timestamp before 1970', RangeError, { timestamp: -1 }],
    ])('%s', async (_, error, properties, field) => {
      const client = await open();
      const queue = await client.queue();
      const publish = (): boolean =>
        client.channel.publish('', queue, Buffer.from('m'), properties, () => undefined);
      expect(publish).toThrow(error);
      if (field) expect(publish).toThrow(`Field '${field}' is the wrong type`);
      await client.publish('', queue, 'fine');
      expect(await client.bodies(queue, 1)).toEqual(['fine']);
    });

    it('names of 256 bytes, and a body that is not a Buffer', async () => {
      const client = await open();
      const publish = (exchange: string, routingKey: string, content: unknown = Buffer.alloc(0)): boolean =>
        client.channel.publish(exchange, routingKey, content as Buffer, {}, () => undefined);
      expect(() => publish(TOO_LONG, 'a')).toThrow("Field 'exchange' is the wrong type");
      expect(() => publish('', TOO_LONG)).toThrow("Field 'routingKey' is the wrong type");
      expect(() => publish('', 'a', 'text')).toThrow('content is not a buffer');
      await client.publish('', LONGEST);
    });
  });

  it.each<[what: string, declare: (client: Client) => Promise<unknown>]>([
    ['queue', ({ channel }) => channel.assertQueue(TOO_LONG, {})],
    ['queue that is checked', ({ channel }) => channel.checkQueue(TOO_LONG)],
    ['exchange', ({ channel }) => channel.assertExchange(TOO_LONG, 'topic', {})],
    [
      'routing key of a binding',
      async (client) => client.channel.bindQueue(await client.queue(), 'amq.topic', TOO_LONG),
    ],
    ['queue that is consumed', ({ channel }) => channel.consume(TOO_LONG, () => undefined)],
  ])('a %s with a name of 256 bytes is refused with a TypeError', async (_, declare) => {
    await expect(declare(await open())).rejects.toThrow(TypeError);
  });

  it('a queue may have a name of 255 bytes, in any script', async () => {
    const client = await open();
    const name = client.deleteLater(`${LONGEST}x`);
    expect(Buffer.byteLength(name)).toBe(255);
    await client.channel.assertQueue(name, { durable: false });
    await client.send(name, 'm');
    expect(await client.bodies(name, 1)).toEqual(['m']);
  });
});
