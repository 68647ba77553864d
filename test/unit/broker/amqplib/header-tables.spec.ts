import { describe, expect, it } from 'vitest';
import { HeaderTables } from '../../../../lib/broker/amqplib/header-tables.js';

/** Lends a table for headers, as a publish does, and takes it back. */
function lend(tables: HeaderTables, headers: Record<string, unknown>): Record<string, unknown> {
  const table = tables.lend(headers);
  const written = { ...table };
  tables.takeBack();
  expect(written).toEqual(headers);
  return table;
}

describe('the tables of headers that are lent to amqplib', () => {
  it('are one table for all headers with the same names, from the second time on', () => {
    const tables = new HeaderTables();
    const first = { a: 1, b: 2 };
    expect(lend(tables, first)).toBe(first);
    const table = lend(tables, { a: 3, b: 4 });
    expect(lend(tables, { a: 5, b: 6 })).toBe(table);
    expect(lend(tables, { b: 5, a: 6 })).not.toBe(table);
  });

  it('are lent no more when other code has added a name to one, so that no message gets the name of another', () => {
    const tables = new HeaderTables();
    lend(tables, { a: 1 });
    const table = tables.lend({ a: 2 });
    table['traceparent'] = '00-1';
    tables.takeBack();
    for (const headers of [{ a: 3 }, { a: 4 }, { a: 5 }]) expect(lend(tables, headers)).toBe(headers);
  });

  it('are not lent while one is still lent', () => {
    const tables = new HeaderTables();
    lend(tables, { a: 1 });
    tables.lend({ a: 2 });
    const headers = { a: 3 };
    expect(tables.lend(headers)).toBe(headers);
  });

  it('stay right for more sets of names than are kept', () => {
    const tables = new HeaderTables();
    for (let n = 0; n < 5_000; n++) {
      for (const value of [1, 2, 3])
        expect(lend(tables, { [`name-${n}`]: value })).toHaveProperty(`name-${n}`);
    }
  });
});
