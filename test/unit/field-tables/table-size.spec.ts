import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FieldTable, fieldTable, sizeOfTable } from '../../../lib/field-tables/index.js';
import { amqplibInternals } from '../../support/amqplib-internals.js';

interface Codec {
  encodeTable(buffer: Buffer, table: FieldTable, offset: number): number;
}

const { encodeTable } = amqplibInternals<Codec>('codec');
const buffer = Buffer.alloc(1024 * 1024);

const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string({ unit: 'grapheme' }),
    fc.boolean(),
    fc.constant(null),
    fc.constant(undefined),
    fc.integer(),
    fc.integer({ min: -200, max: 200 }),
    fc.integer({ min: -40_000, max: 40_000 }),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }),
    fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
    fc.constantFrom(
      { '!': 'uint8', value: 1 },
      { '!': 'int16', value: 1 },
      { '!': 'unsignedint', value: 1 },
      { '!': 'float', value: 0.5 },
      { '!': 'decimal', value: { places: 1, digits: 15 } },
      { '!': 'long', value: 1n },
      { '!': 'string', value: 'text' },
      { '!': 'boolean', value: true },
    ),
    fc.array(
      tie('value').map((value) => value ?? null),
      { maxLength: 5 },
    ),
    fc.dictionary(fc.string({ maxLength: 20 }), tie('value'), { maxKeys: 5 }),
  ),
}));
const tables = fc.dictionary(fc.string({ maxLength: 20 }), values.value, { maxKeys: 8 });

describe('the size of a header table', () => {
  it('is the number of bytes that amqplib writes, for any table', () => {
    fc.assert(
      fc.property(tables, (given) => {
        let table: FieldTable;
        try {
          table = fieldTable(given);
        } catch {
          return fc.pre(false);
        }
        expect(sizeOfTable(table)).toBe(encodeTable(buffer, table, 0));
      }),
      { numRuns: 500 },
    );
  });
});
