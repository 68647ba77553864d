import { FieldTableError } from './field-table.error.js';

/** amqplib's form of a value with an explicit AMQP type. Received tables have such values, too. */
export interface TypedValue {
  readonly '!': string;
  readonly value?: unknown;
}

interface Range {
  readonly min: bigint;
  readonly max: bigint;
}

const signed = (bits: bigint): Range => ({ min: -(1n << (bits - 1n)), max: (1n << (bits - 1n)) - 1n });
const unsigned = (bits: bigint): Range => ({ min: 0n, max: (1n << bits) - 1n });

const INTEGERS: Readonly<Record<string, Range>> = {
  byte: signed(8n),
  int8: signed(8n),
  unsignedbyte: unsigned(8n),
  uint8: unsigned(8n),
  short: signed(16n),
  int16: signed(16n),
  unsignedshort: unsigned(16n),
  uint16: unsigned(16n),
  int: signed(32n),
  int32: signed(32n),
  unsignedint: unsigned(32n),
  uint32: unsigned(32n),
};
/** amqplib takes a BigInt for these types only. */
const LONG_INTEGERS: Readonly<Record<string, Range>> = {
  long: signed(64n),
  int64: signed(64n),
  timestamp: unsigned(64n),
};
const OTHER_TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  double: Number.isFinite,
  float64: Number.isFinite,
  float: (value) => Number.isFinite(value) && Number.isFinite(Math.fround(value as number)),
  decimal: isDecimal,
};

/** @throws FieldTableError when amqplib can't write the value */
export function assertTypedValue({ '!': type, value }: TypedValue): void {
  if (fits(type, value)) return;
  const isFloat = typeof value === 'number' && ['double', 'float64', 'float'].includes(type);
  throw new FieldTableError(
    [],
    isFloat
      ? `must be a finite number: the broker refuses NaN and Infinity in tables`
      : `has no value of the AMQP type ${JSON.stringify(type)}`,
  );
}

function fits(type: unknown, value: unknown): boolean {
  if (typeof type !== 'string') return false;
  if (Object.hasOwn(INTEGERS, type)) return typeof value === 'number' && isWithin(value, INTEGERS[type]!);
  if (Object.hasOwn(LONG_INTEGERS, type)) return isWithin(value, LONG_INTEGERS[type]!);
  return Object.hasOwn(OTHER_TYPES, type) && OTHER_TYPES[type]!(value);
}

function isWithin(value: unknown, { min, max }: Range): boolean {
  if (typeof value !== 'bigint' && !Number.isInteger(value)) return false;
  const integer = BigInt(value as number | bigint);
  return integer >= min && integer <= max;
}

function isDecimal(value: unknown): boolean {
  const { places, digits } = (value ?? {}) as { places?: unknown; digits?: unknown };
  return (
    typeof places === 'number' &&
    isWithin(places, INTEGERS['uint8']!) &&
    typeof digits === 'number' &&
    isWithin(digits, INTEGERS['uint32']!)
  );
}
