/** A value in a text of an error: as JSON has it, or else what kind of value it is. Never throws. */
export function shownValue(value: unknown): string {
  switch (typeof value) {
    // JSON has null for NaN and Infinity.
    case 'number':
      return String(value);
    case 'bigint':
      return `the BigInt ${value}`;
    case 'function':
    case 'symbol':
      return `a ${typeof value}`;
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
