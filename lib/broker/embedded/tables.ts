import { isName, sizeOfTable } from '../../field-tables/index.js';
import type { Table } from '../port.js';

/** How many bytes amqplib has room for when it writes a table. A frame of RabbitMQ has room for more. */
const MAX_TABLE_BYTES = 65_536;
const MAX_BYTES_OF_CHARACTER = 3;
/** From this value on, amqplib does not write a number with a fraction as a double. */
const MAX_FRACTION = 2 ** 50;
const MAX_INTEGER = 2 ** 63;

const scratch = Buffer.alloc(8);

/**
 * For each type: writes and reads a typed value with the same methods of Buffer as amqplib, and returns the value that
 * arrives.
 */
const ROUND_TRIPS: Readonly<Record<string, (value: never) => unknown>> = {
  double: (value) => scratch.readDoubleBE(scratch.writeDoubleBE(value) - 8),
  float: (value) => scratch.readFloatBE(scratch.writeFloatBE(value) - 4),
  byte: (value) => scratch.readInt8(scratch.writeInt8(value) - 1),
  unsignedbyte: (value) => scratch.readUInt8(scratch.writeUInt8(value) - 1),
  short: (value) => scratch.readInt16BE(scratch.writeInt16BE(value) - 2),
  unsignedshort: (value) => scratch.readUInt16BE(scratch.writeUInt16BE(value) - 2),
  int: (value) => scratch.readInt32BE(scratch.writeInt32BE(value) - 4),
  unsignedint: (value) => scratch.readUInt32BE(scratch.writeUInt32BE(value) - 4),
  long: (value) => Number(scratch.readBigInt64BE(scratch.writeBigInt64BE(BigInt(value)) - 8)),
  timestamp: (value) => ({
    '!': 'timestamp',
    value: Number(scratch.readBigUInt64BE(scratch.writeBigUInt64BE(BigInt(value)) - 8)),
  }),
  decimal: ({ places, digits }: { places: number; digits: number }) => ({
    '!': 'decimal',
    value: {
      places: scratch.readUInt8(scratch.writeUInt8(places) - 1),
      digits: scratch.readUInt32BE(scratch.writeUInt32BE(digits) - 4),
    },
  }),
};
const ALIASES: Readonly<Record<string, string>> = {
  float64: 'double',
  int8: 'byte',
  uint8: 'unsignedbyte',
  int16: 'short',
  uint16: 'unsignedshort',
  int32: 'int',
  uint32: 'unsignedint',
  int64: 'long',
};

/** An upper limit for the size of a table. */
interface Size {
  bytes: number;
}

/**
 * The table as it arrives on the other side of a connection, as amqplib writes and reads it. The caller cannot change
 * anything in it.
 *
 * @throws TypeError when AMQP has no type for a value; RangeError when a number, a name or the table is too large
 */
export function tableOnWire(table: Table): Table {
  const size: Size = { bytes: 0 };
  const copy = copyTable(table, size);
  if (size.bytes > MAX_TABLE_BYTES && sizeOfTable(copy) > MAX_TABLE_BYTES) {
    throw new RangeError(
      `The table takes more than ${MAX_TABLE_BYTES} bytes, which AMQP has no room for in a frame`,
    );
  }
  return copy;
}

/** Another copy of what {@link tableOnWire} returned. */
export function copyOfTable(table: Table): Table {
  const copy: Table = {};
  for (const name in table) {
    const value = table[name];
    copy[name] = typeof value === 'object' && value !== null ? copyOfObject(value) : value;
  }
  return copy;
}

/** The AMQP type that amqplib writes a value with, as RabbitMQ calls it in its texts. */
export function typeNameOf(value: unknown): string {
  if (typeof value === 'string') return 'longstr';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return numberTypeOf(value);
  if (value === null) return 'void';
  if (Array.isArray(value)) return 'array';
  if (Buffer.isBuffer(value)) return 'binary';
  if (!isTyped(value as object)) return 'table';
  const { '!': type } = value as { '!': string };
  const name = ALIASES[type] ?? type;
  return name === 'int' ? 'signedint' : name;
}

function numberTypeOf(value: number): string {
  if (isDouble(value)) return 'double';
  if (value >= -128 && value < 128) return 'byte';
  if (value >= -0x8000 && value < 0x8000) return 'short';
  return value >= -0x80000000 && value < 0x80000000 ? 'signedint' : 'long';
}

function copyTable(table: object, size: Size): Table {
  const copy: Table = {};
  size.bytes += 4;
  // Inherited names are written, too.
  for (const name in table) {
    const value = (table as Table)[name];
    if (value === undefined) continue;
    if (!isName(name))
      throw new RangeError(`A name in a table has more than 255 bytes: '${name.slice(0, 40)}…'`);
    size.bytes += 1 + name.length * MAX_BYTES_OF_CHARACTER;
    copy[wellFormed(name)] = copyValue(value, size);
  }
  return copy;
}

function copyValue(value: unknown, size: Size): unknown {
  size.bytes += 9;
  switch (typeof value) {
    case 'string':
      size.bytes += value.length * MAX_BYTES_OF_CHARACTER;
      return wellFormed(value);
    case 'boolean':
      return value;
    case 'number':
      return copyNumber(value);
    case 'object':
      return value === null ? null : copyObject(value, size);
    default:
      throw new TypeError(`Unknown type to encode: ${typeof value}`);
  }
}

function copyNumber(value: number): number {
  const isWritable = isDouble(value)
    ? Number.isFinite(value)
    : Number.isInteger(value) && value >= -MAX_INTEGER;
  if (!isWritable) throw new RangeError(`AMQP has no form for the number ${value}`);
  // Turns -0 into 0: an AMQP integer has no negative zero.
  return value + 0;
}

function isDouble(value: number): boolean {
  return value >= MAX_INTEGER || (Math.abs(value) < MAX_FRACTION && Math.floor(value) !== value);
}

function copyObject(value: object, size: Size): unknown {
  if (isTyped(value)) return copyTyped(value, size);
  if (Array.isArray(value)) return value.map((item) => copyValue(item, size));
  if (!Buffer.isBuffer(value)) return copyTable(value, size);
  size.bytes += value.length;
  return Buffer.from(value);
}

function copyTyped({ '!': type, value }: { '!': string; value?: unknown }, size: Size): unknown {
  if (type === 'string') return copyValue(String(value), size);
  if (type === 'boolean') return Boolean(value);
  const name = ALIASES[type] ?? type;
  const written = Object.hasOwn(ROUND_TRIPS, name) ? ROUND_TRIPS[name] : undefined;
  if (!written) throw new TypeError(`Unknown type to encode: ${type}`);
  return written(value as never);
}

function isTyped(value: object): value is { '!': string; value?: unknown } {
  return Object.hasOwn(value, '!');
}

function copyOfObject(value: object): unknown {
  if (Buffer.isBuffer(value)) return Buffer.from(value);
  if (!Array.isArray(value)) return copyOfTable(value as Table);
  return value.map((item: unknown) =>
    typeof item === 'object' && item !== null ? copyOfObject(item) : item,
  );
}

/** The text as it arrives in UTF-8, which has no unpaired surrogates. */
export function wellFormed(text: string): string {
  return (text as string & { isWellFormed(): boolean }).isWellFormed() ? text : Buffer.from(text).toString();
}
