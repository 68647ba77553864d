import { oneLine } from './safe-text.js';

/** How many characters of a value are shown by default. */
const MAX_VALUE_LENGTH = 300;

/**
 * Shows a value in the text of an error, in one line. It writes JSON, so that the text "3" differs from the number 3.
 * For a value without a JSON form it names the kind of value. Never throws.
 *
 * @param maxLength how many characters to keep; the rest is cut. Default: 300
 */
export function shownValue(value: unknown, maxLength = MAX_VALUE_LENGTH): string {
  return oneLine(textOf(value), maxLength);
}

function textOf(value: unknown): string {
  switch (typeof value) {
    case 'bigint':
      return `the BigInt ${value}`;
    case 'function':
    case 'symbol':
      return `a ${typeof value}`;
    case 'number':
      // JSON has no NaN.
      return String(value);
    case 'undefined':
      return 'undefined';
    default:
      try {
        // JSON.stringify returns undefined when the value's toJSON() does.
        return JSON.stringify(value) ?? 'undefined';
      } catch {
        return 'an object without a JSON form';
      }
  }
}
