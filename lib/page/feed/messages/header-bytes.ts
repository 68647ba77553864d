/** A number, a date or the like. */
const BYTES_OF_VALUE = 8;
/** Deeper tables count as a value. */
const MAX_DEPTH = 16;

/** About how many bytes headers, or a value in them, take. */
export function headerBytes(value: unknown, depth = 0): number {
  if (typeof value === 'string' || value instanceof Uint8Array) return value.length;
  if (typeof value !== 'object' || value === null || depth === MAX_DEPTH) return BYTES_OF_VALUE;
  let bytes = 0;
  if (Array.isArray(value)) for (const item of value) bytes += headerBytes(item, depth + 1);
  else for (const [name, item] of Object.entries(value)) bytes += name.length + headerBytes(item, depth + 1);
  return bytes;
}
