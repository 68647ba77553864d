import { MAX_DEPTH } from './json-text.js';
import type { MessageHeaders } from '../message-headers.js';

/**
 * The headers of a delivery without prototypes of the publisher's making: reading a table with the key
 * `__proto__` may have made its value the prototype of that table, and a table that inherits from bytes can't
 * be written again. Flat headers, which most are, are returned as they are.
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
    // Assigning to it would make the value the prototype again.
    if (name === '__proto__') Object.defineProperty(copy, name, { ...OWN, value });
    else copy[name] = value;
  }
  return copy;
}

const OWN = { configurable: true, enumerable: true, writable: true };

function copyOf(value: unknown, levels: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  // What is a buffer is told by its memory: a table may only look like one.
  if (ArrayBuffer.isView(value)) return value;
  if (levels === 0) throw new RangeError(`tables are nested more than ${MAX_DEPTH} levels deep`);
  if (!Array.isArray(value)) return copyOfTable(value, levels);
  const copy: unknown[] = [];
  for (const item of value) copy.push(copyOf(item, levels - 1));
  return copy;
}
