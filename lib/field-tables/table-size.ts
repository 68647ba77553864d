import type { FieldTable } from './field-table.js';
import type { TypedValue } from './typed-value.js';

/** How many bytes a value of each type takes, with the octet of the type. */
const TYPED_SIZES: Readonly<Record<string, number>> = {
  byte: 2,
  int8: 2,
  unsignedbyte: 2,
  uint8: 2,
  short: 3,
  int16: 3,
  unsignedshort: 3,
  uint16: 3,
  int: 5,
  int32: 5,
  unsignedint: 5,
  uint32: 5,
  float: 5,
  decimal: 6,
};
/** How many bytes 64-bit integers, doubles and timestamps take, with the octet of the type. */
const NUMBER_BYTES = 9;

/**
 * How many bytes a table takes when amqplib writes it.
 *
 * @param table the result of `fieldTable`
 */
export function sizeOfTable(table: FieldTable): number {
  let size = 4;
  for (const [name, value] of Object.entries(table))
    if (value !== undefined) size += 1 + Buffer.byteLength(name) + sizeOf(value);
  return size;
}

/** How many bytes a value takes in a table, with the octet of its type and without its name. */
function sizeOf(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return 5 + Buffer.byteLength(value);
    case 'boolean':
      return 2;
    case 'number':
      return sizeOfNumber(value);
    default:
      return value === null ? 1 : sizeOfObject(value as object);
  }
}

function sizeOfObject(value: object): number {
  if (Buffer.isBuffer(value)) return 5 + value.length;
  if (Array.isArray(value)) return value.reduce((size: number, item) => size + sizeOf(item), 5);
  if (Object.hasOwn(value, '!')) return sizeOfTyped(value as TypedValue);
  return 1 + sizeOfTable(value as FieldTable);
}

function sizeOfTyped({ '!': type, value }: TypedValue): number {
  return type === 'string' || type === 'boolean' ? sizeOf(value) : (TYPED_SIZES[type] ?? NUMBER_BYTES);
}

function sizeOfNumber(value: number): number {
  if (!Number.isInteger(value)) return NUMBER_BYTES;
  if (value === (value << 24) >> 24) return 2;
  if (value === (value << 16) >> 16) return 3;
  return value === (value | 0) ? 5 : NUMBER_BYTES;
}
