import { MAX_DEPTH } from './json/json-text.js';
import { FILTER_HEADERS, type FilterAccessor, type MessageHeaders } from '../message-headers.js';

/**
 * Copies the headers of a delivery, without prototypes that the publisher chose. A table with the key `__proto__` may
 * have got the key's value as its prototype when it was read, and a table that inherits from bytes can't be written
 * again. Most headers are flat; flat headers are returned without a copy.
 *
 * @throws RangeError when tables are nested so deeply that JSON.stringify would overflow the stack
 */
export function receivedHeaders(headers: MessageHeaders): MessageHeaders {
  if (Object.getPrototypeOf(headers) !== Object.prototype) return copyOfTable(headers, MAX_DEPTH);
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) {
      return copyOfTable(headers, MAX_DEPTH);
    }
  }
  return headers;
}

function copyOfTable(table: object, levels: number): MessageHeaders {
  const copy: MessageHeaders = {};
  for (const name of Object.keys(table)) {
    const value = copyOf((table as MessageHeaders)[name], levels - 1);
    // An assignment to `__proto__` would make the value the prototype again.
    if (name === '__proto__') Object.defineProperty(copy, name, { ...OWN_PROPERTY, value });
    else copy[name] = value;
  }
  return copy;
}

const OWN_PROPERTY = { configurable: true, enumerable: true, writable: true };

function copyOf(value: unknown, levels: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  // isView() looks at memory, not at properties: a table may have the properties of a buffer.
  if (ArrayBuffer.isView(value)) return value;
  if (levels === 0) throw new RangeError(`tables are nested more than ${MAX_DEPTH} levels deep`);
  if (!Array.isArray(value)) return copyOfTable(value, levels);
  const copy: unknown[] = [];
  for (const item of value) copy.push(copyOf(item, levels - 1));
  return copy;
}

/**
 * The items that a publisher wrote into filter headers, such as `bob` in `fedora_messaging_user_bob`. The value of a
 * filter header is true; a header with another value does not count.
 */
export function filterItems(headers: MessageHeaders, accessor: FilterAccessor): string[] {
  const prefix = FILTER_HEADERS[accessor];
  return Object.keys(headers)
    .filter((name) => name.length > prefix.length && name.startsWith(prefix) && headers[name] === true)
    .map((name) => name.slice(prefix.length));
}
