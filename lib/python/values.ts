import { isDict, PythonError, typeError, typeName } from './python-error.js';
import { characters, repr } from './text.js';

/**
 * Whether a value counts as true in Python: empty texts, lists, dicts and sets, 0, and None do not.
 *
 * @publicApi
 */
export function truth(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (value instanceof Set) return value.size > 0;
  if (isDict(value)) return Object.keys(value).length > 0;
  return Boolean(value);
}

/**
 * `value or otherwise` of Python.
 *
 * @publicApi
 */
export function or(value: unknown, otherwise: () => unknown): unknown {
  return truth(value) ? value : otherwise();
}

/**
 * `value and next` of Python.
 *
 * @publicApi
 */
export function and(value: unknown, next: () => unknown): unknown {
  return truth(value) ? next() : value;
}

/**
 * `container[key]` of Python, or with several keys `container[first][second]` and so on.
 *
 * @throws PythonError KeyError, IndexError or TypeError as Python does
 * @publicApi
 */
export function item(container: unknown, ...path: readonly unknown[]): unknown {
  return path.reduce(oneItem, container);
}

function oneItem(container: unknown, key: unknown): unknown {
  if (typeof container === 'string') {
    const all = characters(container);
    return all[indexIn(all.length, key, 'string')];
  }
  if (Array.isArray(container)) return container[indexIn(container.length, key, 'list')] as unknown;
  if (!isDict(container)) throw typeError(`'${typeName(container)}' object is not subscriptable`);
  if (!hasKey(container, key)) throw new PythonError('KeyError', repr(key));
  return container[key as string];
}

function indexIn(length: number, key: unknown, what: string): number {
  const index = key === true ? 1 : key === false ? 0 : key;
  if (typeof index !== 'number' || !Number.isInteger(index)) {
    throw typeError(`${what} indices must be integers, not ${typeName(key)}`);
  }
  const place = index < 0 ? index + length : index;
  if (place < 0 || place >= length) throw new PythonError('IndexError', `${what} index out of range`);
  return place;
}

function hasKey(dict: Readonly<Record<string, unknown>>, key: unknown): boolean {
  assertHashable(key);
  return typeof key === 'string' && Object.hasOwn(dict, key);
}

/**
 * `dict.get(key, otherwise)` of Python.
 *
 * @throws PythonError AttributeError when the value is not a dict
 * @publicApi
 */
export function get(dict: unknown, key: unknown, otherwise: unknown = null): unknown {
  if (!isDict(dict)) throw attributeError(dict, 'get');
  return hasKey(dict, key) ? dict[key as string] : otherwise;
}

/** `dict.keys()` of Python, as a list. @publicApi */
export function keys(dict: unknown): string[] {
  if (!isDict(dict)) throw attributeError(dict, 'keys');
  return Object.keys(dict);
}

/** `dict.values()` of Python, as a list. @publicApi */
export function values(dict: unknown): unknown[] {
  if (!isDict(dict)) throw attributeError(dict, 'values');
  return Object.values(dict);
}

/** `dict.items()` of Python, as a list of pairs. @publicApi */
export function items(dict: unknown): [key: string, value: unknown][] {
  if (!isDict(dict)) throw attributeError(dict, 'items');
  return Object.entries(dict);
}

/** The items that a `for` loop of Python sees. @publicApi */
export function iterate(value: unknown): unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  if (typeof value === 'string') return characters(value);
  if (value instanceof Set) return [...value];
  if (isDict(value)) return Object.keys(value);
  throw typeError(`'${typeName(value)}' object is not iterable`);
}

/**
 * `len(value)` of Python. The length of a text is counted in characters, not in UTF-16 units.
 *
 * @publicApi
 */
export function len(value: unknown): number {
  if (Array.isArray(value)) return value.length;
  if (typeof value === 'string' || value instanceof Set || isDict(value)) return iterate(value).length;
  throw typeError(`object of type '${typeName(value)}' has no len()`);
}

/**
 * `value[start:stop:step]` of Python. Null stands for what is left out.
 *
 * @publicApi
 */
export function slice<T extends string | readonly unknown[]>(
  value: T,
  start: number | null,
  stop?: number | null,
  step?: number | null,
): T;
/**
 * `value[start:stop:step]` of Python for a value of unknown type. Null stands for what is left out.
 *
 * @throws PythonError `TypeError` when the value is neither a text nor a list; `ValueError` when the step is 0
 * @publicApi
 */
export function slice(
  value: unknown,
  start: number | null,
  stop?: number | null,
  step?: number | null,
): unknown;
export function slice(
  value: unknown,
  start: number | null,
  stop: number | null = null,
  step: number | null = 1,
): unknown {
  if (typeof value !== 'string' && !Array.isArray(value)) {
    throw typeError(`'${typeName(value)}' object is not subscriptable`);
  }
  const all: unknown[] = iterate(value);
  const by = step ?? 1;
  if (by === 0) throw new PythonError('ValueError', 'slice step cannot be zero');
  const lowest = by > 0 ? 0 : -1;
  const highest = by > 0 ? all.length : all.length - 1;
  const within = (index: number): number =>
    Math.min(Math.max(index < 0 ? index + all.length : index, lowest), highest);
  const from = start === null ? (by > 0 ? lowest : highest) : within(start);
  const to = stop === null ? (by > 0 ? highest : lowest) : within(stop);
  const chosen: unknown[] = [];
  for (let index = from; by > 0 ? index < to : index > to; index += by) chosen.push(all[index]);
  return typeof value === 'string' ? chosen.join('') : chosen;
}

/** Unpacks a value into exactly that many names, as `a, b = value` of Python does. @publicApi */
export function unpack(value: unknown, count: number): unknown[] {
  const found = iterate(value);
  if (found.length === count) return found;
  const problem =
    found.length > count
      ? `too many values to unpack (expected ${count})`
      : `not enough values to unpack (expected ${count}, got ${found.length})`;
  throw new PythonError('ValueError', problem);
}

/** A set of Python: each item once, in the order in which they were added. @publicApi */
export function set<T>(value: readonly T[] | ReadonlySet<T>): Set<T>;
/**
 * A set of Python from a value of unknown type.
 *
 * @throws PythonError `TypeError` when the value can't be iterated, or when an item can't be in a set
 * @publicApi
 */
export function set(value: unknown): Set<unknown>;
export function set(value: unknown): Set<unknown> {
  const made = new Set<unknown>();
  for (const one of iterate(value)) addTo(made, one);
  return made;
}

/**
 * `set.add(value)` of Python.
 *
 * @throws PythonError `TypeError` when the value can't be in a set
 * @publicApi
 */
export function addTo(target: Set<unknown>, value: unknown): void {
  assertHashable(value);
  if (!hasItem(target, value)) target.add(value);
}

/** Whether a set has an item that equals a value. */
export function hasItem(container: ReadonlySet<unknown>, value: unknown): boolean {
  return container.has(value) || container.has(equalOfOtherType(value));
}

/** For Python, `True` equals 1 and `False` equals 0: of two such items, a set has the first. */
function equalOfOtherType(value: unknown): unknown {
  if (typeof value === 'boolean') return Number(value);
  return value === 0 || value === 1 ? Boolean(value) : value;
}

export function attributeError(value: unknown, name: string): PythonError {
  return new PythonError('AttributeError', `'${typeName(value)}' object has no attribute '${name}'`);
}

function assertHashable(value: unknown): void {
  if (Array.isArray(value) || value instanceof Set || isDict(value)) {
    throw typeError(`unhashable type: '${typeName(value)}'`);
  }
}

/** A member of an enumeration of Python. @publicApi */
export interface EnumMember {
  /** The name of the member in the Python class. */
  readonly name: string;
  /** The value of the member, as Python's `member.value`. */
  readonly value: unknown;
}

/**
 * `Enumeration(value)` of Python.
 *
 * @param members the values of the enumeration's members by name
 * @throws PythonError ValueError when no member has the value
 * @publicApi
 */
export function enumMember(members: Readonly<Record<string, unknown>>, value: unknown): EnumMember {
  const found = Object.entries(members).find(
    ([, candidate]) => candidate === value || candidate === equalOfOtherType(value),
  );
  if (!found) throw new PythonError('ValueError', `${repr(value)} is not a valid value of the enumeration`);
  return { name: found[0], value: found[1] };
}

/** `list.extend(added)` of Python. @publicApi */
export function extend(list: unknown[], added: unknown): void {
  for (const one of iterate(added)) list.push(one);
}

/**
 * A copy of a list, for code that changes it.
 *
 * @throws PythonError AttributeError when the value is not a list
 * @publicApi
 */
export function listCopy(value: unknown): unknown[] {
  if (Array.isArray(value)) return [...(value as unknown[])];
  throw attributeError(value, 'append');
}
