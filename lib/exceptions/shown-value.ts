import { oneLine } from './safe-text.js';

/** How many characters of a value are shown, unless said otherwise. */
const LONGEST_VALUE = 300;

/**
 * A value in the text of an error, in one line: as JSON has it, so that the text "3" is not taken for the number 3, or else
 * what kind of value it is. Never throws.
 *
 * @param longest how many characters of it there may be; the rest is cut
 */
export function shownValue(value: unknown, longest = LONGEST_VALUE): string {
  return oneLine(textOf(value), longest);
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
        // What has a toJSON may have nothing to tell.
        return JSON.stringify(value) ?? 'undefined';
      } catch {
        return 'an object that JSON has no form for';
      }
  }
}
