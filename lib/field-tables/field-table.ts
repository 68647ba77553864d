import { FieldTableError } from './field-table.error.js';
import { assertTypedValue, type TypedValue } from './typed-value.js';

/** A table that AMQP carries as headers or arguments: values by name. */
export type FieldTable = Record<string, unknown>;

/** AMQP's limit for names of all kinds and for routing keys, in bytes of UTF-8. */
export const MAX_NAME = 255;

/** How many levels a table may have. A table with more levels is taken for one that contains itself. */
const MAX_DEPTH = 500;
/** From this value on, amqplib takes a number with a fraction for a 64-bit integer. */
const MAX_FRACTION = 2 ** 50;
const MIN_INTEGER = -(2 ** 63);

/** Whether AMQP can carry a text as a name. */
export function isName(text: string): boolean {
  // UTF-8 has at most three bytes for each unit of a text's length.
  return text.length * 3 <= MAX_NAME || Buffer.byteLength(text) <= MAX_NAME;
}

/**
 * Prepares a table so that amqplib writes it right: a Date becomes an AMQP timestamp, which has whole seconds, and a
 * number that amqplib would take for an integer becomes an explicit double. A table in which nothing changes is
 * returned itself. A value `undefined` is left out of the message, as in JSON.
 *
 * @throws FieldTableError when AMQP has no form for a value or a name in it
 */
export function fieldTable(table: FieldTable): FieldTable {
  return tableOf(table, 0);
}

function tableOf(table: FieldTable, depth: number): FieldTable {
  if (!isPlain(table)) {
    throw new FieldTableError(
      [],
      `must be a plain object, a list, text, a number, a boolean, null, a Date or a Buffer, but is ${kindOf(table)}`,
    );
  }
  if (depth > MAX_DEPTH) throw new FieldTableError([], `is nested more than ${MAX_DEPTH} levels deep`);
  let changed: [string, unknown][] | undefined;
  for (const name of Object.keys(table)) {
    const value = table[name];
    if (!isName(name)) throw nameTooLong(name);
    if (value === undefined || isSimple(value)) continue;
    const written = within(name, value, depth);
    if (written !== value) (changed ??= []).push([name, written]);
  }
  // Not by assignment: one of the names may be __proto__.
  return changed ? Object.fromEntries<unknown>([...Object.entries(table), ...changed]) : table;
}

function nameTooLong(name: string): FieldTableError {
  return new FieldTableError(
    [name],
    `has a name of ${Buffer.byteLength(name)} bytes, but AMQP allows at most ${MAX_NAME}`,
  );
}

function listOf(list: readonly unknown[], depth: number): readonly unknown[] {
  if (depth > MAX_DEPTH) throw new FieldTableError([], `is nested more than ${MAX_DEPTH} levels deep`);
  let copy: unknown[] | undefined;
  for (let i = 0; i < list.length; i++) {
    const value = list[i];
    if (isSimple(value)) continue;
    const written = within(String(i), value, depth);
    if (written !== value) (copy ??= [...list])[i] = written;
  }
  return copy ?? list;
}

function within(name: string, value: unknown, depth: number): unknown {
  try {
    return valueOf(value, depth + 1);
  } catch (error) {
    throw FieldTableError.within(name, error);
  }
}

/** Whether a value needs no further check. Most values need none. */
function isSimple(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'boolean' || value === null;
}

function valueOf(value: unknown, depth: number): unknown {
  if (isSimple(value)) return value;
  if (typeof value === 'number') return numberOf(value);
  if (typeof value !== 'object') throw new FieldTableError([], `is ${kindOf(value)}, which AMQP can't carry`);
  if (Array.isArray(value)) return listOf(value, depth);
  if (Buffer.isBuffer(value)) return value;
  if (value instanceof Date) return timestampOf(value);
  if (Object.hasOwn(value!, '!')) {
    assertTypedValue(value as TypedValue);
    return value;
  }
  return tableOf(value as FieldTable, depth);
}

function numberOf(value: number): number | TypedValue {
  if (!Number.isFinite(value)) {
    throw new FieldTableError([], 'must be a finite number: the broker refuses NaN and Infinity in tables');
  }
  const isDouble = Number.isInteger(value) ? value < MIN_INTEGER : Math.abs(value) >= MAX_FRACTION;
  return isDouble ? { '!': 'double', value } : value;
}

function timestampOf(date: Date): TypedValue {
  const seconds = Math.floor(date.getTime() / 1000);
  if (!(seconds >= 0)) {
    throw new FieldTableError([], 'must be a date in 1970 or later: AMQP has no earlier timestamps');
  }
  return { '!': 'timestamp', value: seconds };
}

/** Whether an object is plain, whatever realm it is from. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function kindOf(value: unknown): string {
  if (typeof value === 'bigint') return 'a BigInt';
  if (typeof value !== 'object') return value === undefined ? 'undefined' : `a ${typeof value}`;
  const [, tag] = /^\[object (.*)\]$/.exec(Object.prototype.toString.call(value)) ?? [];
  return tag === 'Object' ? 'an instance of a class' : `of the type ${tag}`;
}
