import { MAX_DEPTH } from './json-text.js';

/**
 * Whether a value survives JSON.stringify and JSON.parse unchanged. A Date, NaN, undefined, an instance of a class and
 * a value with a toJSON method do not. Walking the value takes a fraction of the time of writing and parsing the text.
 */
export function isPlainJson(value: unknown, levels = MAX_DEPTH): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value);
    case 'object':
      if (value === null) return true;
      if (levels === 0) return false;
      return Array.isArray(value) ? isPlainArray(value, levels) : isPlainObject(value, levels);
    default:
      return false;
  }
}

function isPlainArray(array: readonly unknown[], levels: number): boolean {
  if ((array as { toJSON?: unknown }).toJSON !== undefined) return false;
  for (let i = 0; i < array.length; i++) {
    if (!isPlainJson(array[i], levels - 1)) return false;
  }
  return true;
}

function isPlainObject(object: object, levels: number): boolean {
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype !== Object.prototype && prototype !== null) return false;
  for (const name in object) {
    if (!isPlainJson((object as Readonly<Record<string, unknown>>)[name], levels - 1)) return false;
  }
  return true;
}
