import { isDict, typeError, typeName } from './python-error.js';

/**
 * A value as `str()` of Python writes it.
 *
 * @publicApi
 */
export function str(value: unknown): string {
  return typeof value === 'string' ? value : repr(value);
}

/**
 * A value as `repr()` of Python writes it.
 *
 * @publicApi
 */
export function repr(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number') return numeral(value);
  if (Array.isArray(value)) return `[${value.map(repr).join(', ')}]`;
  if (value instanceof Set) return value.size === 0 ? 'set()' : `{${[...value].map(repr).join(', ')}}`;
  if (isDict(value)) {
    return `{${Object.entries(value)
      .map(([key, item]) => `${quoted(key)}: ${repr(item)}`)
      .join(', ')}}`;
  }
  throw typeError(`no text is known for a value of type ${typeName(value)}`);
}

/** From this exponent on, and below {@link LEAST_EXPONENT}, Python writes numbers with an exponent. */
const GREATEST_EXPONENT = 16;
const LEAST_EXPONENT = -4;

/** JSON does not tell 1.0 from 1 in JavaScript: a whole number is written as Python writes an `int`. */
function numeral(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Number.isInteger(value)) return BigInt(value).toString();
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power >= LEAST_EXPONENT && power < GREATEST_EXPONENT) return String(value);
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Everything that `str.isprintable()` of Python denies, and the backslash. */
const ESCAPED = /[\\\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;

function quoted(text: string): string {
  const escaped = text.replace(ESCAPED, (character) => ESCAPES[character] ?? escapeOf(character));
  if (text.includes("'") && !text.includes('"')) return `"${escaped}"`;
  return `'${escaped.replaceAll("'", "\\'")}'`;
}

function escapeOf(character: string): string {
  const hexadecimal = character.codePointAt(0)!.toString(16);
  if (hexadecimal.length <= 2) return `\\x${hexadecimal.padStart(2, '0')}`;
  return hexadecimal.length <= 4
    ? `\\u${hexadecimal.padStart(4, '0')}`
    : `\\U${hexadecimal.padStart(8, '0')}`;
}

/** The characters of a text: Python counts code points. */
export function characters(text: string): string[] {
  return Array.from(text);
}

/**
 * The value, when it is a text: Python accepts nothing else of `__str__`.
 *
 * @throws PythonError TypeError when it is none
 * @publicApi
 */
export function assertText(value: unknown): string {
  if (typeof value === 'string') return value;
  throw typeError(`__str__ returned non-string (type ${typeName(value)})`);
}
