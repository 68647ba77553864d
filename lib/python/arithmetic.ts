import { hasItem } from './values.js';
import { PythonError, typeError, typeName } from './python-error.js';
import { repr } from './text.js';
import { strip } from './string-methods.js';

/**
 * `one + other` of Python for a text on the left: joins both texts.
 *
 * @throws PythonError `TypeError` when `other` is not a text
 * @publicApi
 */
export function add(one: string, other: unknown): string;
/**
 * `one + other` of Python for a text on the right: joins both texts.
 *
 * @throws PythonError `TypeError` when `one` is not a text
 * @publicApi
 */
export function add(one: unknown, other: string): string;
/**
 * `one + other` of Python: adds numbers, and joins texts or lists.
 *
 * @throws PythonError `TypeError` when Python can't add the types
 * @publicApi
 */
export function add(one: unknown, other: unknown): unknown;
export function add(one: unknown, other: unknown): unknown {
  if (typeof one === 'string' && typeof other === 'string') return one + other;
  if (Array.isArray(one) && Array.isArray(other)) return [...(one as unknown[]), ...(other as unknown[])];
  return number(one, other, '+') + number(other, one, '+');
}

/** `one - other` of Python, of numbers or sets. @publicApi */
export function subtract(one: unknown, other: unknown): unknown {
  if (one instanceof Set && other instanceof Set)
    return new Set([...one].filter((value) => !hasItem(other, value)));
  return number(one, other, '-') - number(other, one, '-');
}

/** `one * other` of Python: multiplies numbers, and repeats a text or a list. @publicApi */
export function multiply(one: unknown, other: unknown): unknown {
  if (typeof one === 'number' && (typeof other === 'string' || Array.isArray(other)))
    return multiply(other, one);
  if (typeof one === 'string' && typeof other === 'number') return one.repeat(Math.max(0, other));
  if (Array.isArray(one) && typeof other === 'number') {
    return Array.from({ length: Math.max(0, other) }, () => one as unknown[]).flat();
  }
  return number(one, other, '*') * number(other, one, '*');
}

/** `int(value)` of Python. @publicApi */
export function int(value: unknown): number {
  if (typeof value === 'boolean' || typeof value === 'number') return Math.trunc(Number(value));
  if (typeof value !== 'string') {
    throw typeError(
      `int() argument must be a string, a bytes-like object or a real number, not '${typeName(value)}'`,
    );
  }
  const digits = strip(value);
  if (!/^[+-]?\d+(?:_\d+)*$/.test(digits)) {
    throw new PythonError('ValueError', `invalid literal for int() with base 10: ${repr(value)}`);
  }
  return Number(digits.replaceAll('_', ''));
}

/** A number; a boolean counts as 0 or 1. */
function number(value: unknown, beside: unknown, operator: string): number {
  if (typeof value === 'number' || typeof value === 'boolean') return Number(value);
  throw typeError(
    `unsupported operand type(s) for ${operator}: '${typeName(value)}' and '${typeName(beside)}'`,
  );
}
