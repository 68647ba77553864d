import { describe, expect, it } from 'vitest';
import { tableOnWire, typeNameOf } from '../../../../lib/broker/embedded/tables.js';
import { amqplibInternals } from '../../../support/amqplib-internals.js';

interface Codec {
  encodeTable(buffer: Buffer, table: object, offset: number): number;
  decodeFields(buffer: Buffer): object;
}
const codec = amqplibInternals<Codec>('codec');

function throughAmqplib(table: object): object {
  const buffer = Buffer.alloc(1_000);
  const length = codec.encodeTable(buffer, table, 0);
  return codec.decodeFields(buffer.subarray(4, length));
}

const VALUES: [type: string, value: unknown][] = [
  ['double', 1.5],
  ['float64', -2.25],
  ['float', 0.1],
  ['byte', -128],
  ['int8', 127],
  ['unsignedbyte', 255],
  ['uint8', 0],
  ['short', -0x8000],
  ['int16', 0x7fff],
  ['unsignedshort', 0xffff],
  ['uint16', 1],
  ['int', -0x80000000],
  ['int32', 0x7fffffff],
  ['unsignedint', 0xffffffff],
  ['uint32', 2],
  ['long', 2 ** 40],
  ['int64', -(2 ** 40)],
  ['timestamp', 1_700_000_000],
  ['decimal', { places: 2, digits: 314 }],
  ['boolean', true],
  ['string', 'text'],
];

describe('a typed value in a table on memory://', () => {
  it.each(VALUES)('arrives as it does through amqplib: %s %j', (type, value) => {
    const table = { name: { '!': type, value } };
    expect(tableOnWire(table)).toEqual(throughAmqplib(table));
  });

  it.each([
    ['a byte of 200', { '!': 'byte', value: 200 }],
    ['an unsigned short below zero', { '!': 'unsignedshort', value: -1 }],
    ['a type that AMQP does not have', { '!': 'colour', value: 1 }],
  ])('is refused as amqplib refuses it: %s', (_, value) => {
    expect(() => throughAmqplib({ value })).toThrow();
    expect(() => tableOnWire({ value })).toThrow();
  });
});

describe("RabbitMQ's name for the type of a value", () => {
  it.each<[string, unknown]>([
    ['longstr', 'text'],
    ['bool', true],
    ['double', 1.5],
    ['byte', -128],
    ['short', 1000],
    ['signedint', 100_000],
    ['long', 2 ** 40],
    ['void', null],
    ['array', [1]],
    ['binary', Buffer.from('a')],
    ['table', { a: 1 }],
    ['signedint', { '!': 'int32', value: 1 }],
    ['unsignedbyte', { '!': 'uint8', value: 1 }],
    ['timestamp', { '!': 'timestamp', value: 1 }],
  ])('is %s for %j', (name, value) => {
    expect(typeNameOf(value)).toBe(name);
  });
});
