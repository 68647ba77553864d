import { isDict, PythonError, typeError, typeName } from './python-error.js';
import { characters } from './text.js';
import { hasItem, iterate, truth } from './values.js';

/**
 * `one == other` of Python. As there, `True` equals 1.
 *
 * @publicApi
 */
export function equals(one: unknown, other: unknown): boolean {
  if (isNumber(one) && isNumber(other)) return Number(one) === Number(other);
  if (Array.isArray(one)) {
    return (
      Array.isArray(other) &&
      one.length === other.length &&
      one.every((value, index) => equals(value, other[index]))
    );
  }
  if (one instanceof Set) {
    return (
      other instanceof Set && one.size === other.size && [...one].every((value) => hasItem(other, value))
    );
  }
  if (!isDict(one)) return (one ?? null) === (other ?? null);
  if (!isDict(other) || Object.keys(one).length !== Object.keys(other).length) return false;
  return Object.entries(one).every(([key, value]) => Object.hasOwn(other, key) && equals(value, other[key]));
}

/**
 * `value in container` of Python.
 *
 * @throws PythonError TypeError as Python does
 * @publicApi
 */
export function contains(container: unknown, value: unknown): boolean {
  if (typeof container === 'string') {
    if (typeof value === 'string') return container.includes(value);
    throw typeError(`'in <string>' requires string as left operand, not ${typeName(value)}`);
  }
  if (!Array.isArray(container) && !(container instanceof Set) && !isDict(container)) {
    throw typeError(`argument of type '${typeName(container)}' is not iterable`);
  }
  if (isDict(container) || container instanceof Set) {
    if (typeof value === 'object' && value !== null) throw typeError(`unhashable type: '${typeName(value)}'`);
  }
  return iterate(container).some((item) => equals(item, value));
}

/**
 * Compares as `<` of Python does: a negative number when `one` is less, 0 when the two are equal. Texts are compared
 * by code point, lists item by item.
 *
 * @throws PythonError TypeError when Python does not compare values of these types
 * @publicApi
 */
export function compare(one: unknown, other: unknown): number {
  if (isNumber(one) && isNumber(other)) return Number(one) - Number(other);
  if (typeof one === 'string' && typeof other === 'string') return compareTexts(one, other);
  if (Array.isArray(one) && Array.isArray(other)) {
    const place = one.findIndex((value, index) => index >= other.length || !equals(value, other[index]));
    if (place === -1) return one.length - other.length;
    return place >= other.length ? 1 : compare(one[place], other[place]);
  }
  throw typeError(`'<' not supported between instances of '${typeName(one)}' and '${typeName(other)}'`);
}

/** UTF-16 sorts characters beyond U+FFFF below some of those before, so code points are compared. */
function compareTexts(one: string, other: string): number {
  const [ones, others] = [characters(one), characters(other)];
  const place = ones.findIndex((character, index) => character !== others[index]);
  if (place === -1) return ones.length - others.length;
  return place >= others.length ? 1 : ones[place]!.codePointAt(0)! - others[place]!.codePointAt(0)!;
}

/** `sorted(value, key=key, reverse=reverse)` of Python. @publicApi */
export function sorted<T>(
  value: Iterable<T>,
  options?: { readonly key?: (item: T) => unknown; readonly reverse?: boolean },
): T[];
/**
 * `sorted(value, key=key, reverse=reverse)` of Python for a value of unknown type.
 *
 * @throws PythonError `TypeError` when the value can't be iterated, or when two items have no order
 * @publicApi
 */
export function sorted(
  value: unknown,
  options?: { readonly key?: (item: unknown) => unknown; readonly reverse?: boolean },
): unknown[];
export function sorted(
  value: unknown,
  {
    key = (item) => item,
    reverse = false,
  }: { readonly key?: (item: unknown) => unknown; readonly reverse?: boolean } = {},
): unknown[] {
  const keyed = iterate(value).map((item) => ({ item, key: key(item) }));
  // Reversed, equal items keep their order, too.
  keyed.sort((one, other) => (reverse ? compare(other.key, one.key) : compare(one.key, other.key)));
  return keyed.map(({ item }) => item);
}

/** `min(value)` of Python. @publicApi */
export function min(value: unknown): unknown {
  return extreme(value, 'min', (one, other) => compare(one, other) < 0);
}

/** `max(value)` of Python. @publicApi */
export function max(value: unknown): unknown {
  return extreme(value, 'max', (one, other) => compare(other, one) < 0);
}

function extreme(value: unknown, name: string, isBetter: (one: unknown, other: unknown) => boolean): unknown {
  const found = iterate(value);
  if (found.length === 0) throw new PythonError('ValueError', `${name}() arg is an empty sequence`);
  return found.reduce((best, item) => (isBetter(item, best) ? item : best));
}

/** `any(value)` of Python. @publicApi */
export function any(value: unknown): boolean {
  return iterate(value).some(truth);
}

/** `all(value)` of Python. @publicApi */
export function all(value: unknown): boolean {
  return iterate(value).every(truth);
}

/** `isinstance(value, …)` of Python, for the types that JSON has. @publicApi */
export function isInstance(value: unknown, ...types: readonly TypeName[]): boolean {
  return types.some((type) => {
    if (type === 'int') return typeof value === 'boolean' || Number.isInteger(value);
    return typeName(value) === type;
  });
}

/** The types of Python that {@link isInstance} knows. @publicApi */
export type TypeName = 'bool' | 'dict' | 'float' | 'int' | 'list' | 'set' | 'str';

function isNumber(value: unknown): value is number | boolean {
  return typeof value === 'number' || typeof value === 'boolean';
}
