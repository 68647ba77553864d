import { describe, expect, it } from 'vitest';
import { dumps, type Message, MessageCodec, MessageRegistry } from '../../../lib/index.js';
import { captureLog } from '../../support/captured-log.js';

const codec = new MessageCodec(MessageRegistry.of());
const OF_LIBRARY = { fedora_messaging_schema: 'base.message', fedora_messaging_severity: 20 };

function decode(headers: object): Message<object> {
  return codec.decode(
    {
      fields: { routingKey: 'a.b' },
      content: Buffer.from('{}'),
      properties: { contentEncoding: 'utf-8', headers: { ...OF_LIBRARY, ...headers } },
    },
    'a-queue',
  );
}

/** A header table as amqplib reads it when a key is `__proto__`. */
function tableWithPrototype(prototype: object): object {
  return Object.setPrototypeOf({ n: 1 }, prototype) as object;
}

describe('a nested header table that a publisher gave a prototype', () => {
  const PROTOTYPES: [string, object][] = [
    ['bytes', Buffer.from('x')],
    ['a list', [1]],
    ['a table with a toJSON', { toJSON: 'x', toString: 1, valueOf: null }],
    ['a table with a prototype of its own', tableWithPrototype(Buffer.from('x'))],
  ];
  const PLACES: [string, (table: object) => object][] = [
    ['in the headers', (table) => ({ table })],
    ['in a table', (table) => ({ a: { table } })],
    ['in a list', (table) => ({ a: ['x', [table]] })],
  ];

  it.each(PROTOTYPES.flatMap(([what, of]) => PLACES.map(([where, put]) => ({ what, where, of, put }))))(
    '$what, $where: is read and written as a plain table',
    ({ of, put }) => {
      const message = decode(put(tableWithPrototype(of)));
      expect(JSON.parse(JSON.stringify(message))).toMatchObject({ headers: put({ n: 1 }) });
      expect(JSON.parse(dumps(message))).toMatchObject({ headers: put({ n: 1 }) });
      expect(String(message)).toContain('"n": 1');
      expect(codec.encode(message).properties.headers).toMatchObject(put({ n: 1 }));
      expect(JSON.stringify(message)).not.toContain('Buffer');
    },
  );

  it('keeps bytes that are values', () => {
    const bytes = Buffer.from('abc');
    expect(decode({ a: { bytes }, list: [bytes] }).headers).toMatchObject({ a: { bytes }, list: [bytes] });
  });

  it('makes its message refused when tables are nested too deep to be written', () => {
    captureLog();
    let table: object = {};
    for (let level = 0; level < 20_000; level++) table = level % 2 ? { table } : { table: [table] };
    expect(() => decode({ table })).toThrow("/headers can't be read: tables are nested more than 2000");
  });
});
