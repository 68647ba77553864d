import { propertyName, quote } from './quote.js';

/** The longest line that Prettier's defaults allow. */
export const MAX_COLUMNS = 80;
/** The shortest key that Prettier breaks a line behind. */
const MIN_BROKEN_KEY = 5;

/**
 * A JSON value as an expression, in the form that Prettier's defaults give it.
 *
 * @param indent the indentation of the line where it begins
 * @param before the number of columns before it on that line
 */
export function literal(value: unknown, indent = '', before = indent.length): string {
  // Behind it comes a comma.
  const fits = (text: string): boolean => before + text.length + 1 <= MAX_COLUMNS;
  const flat = flatForm(value);
  if (flat !== undefined && (typeof value !== 'object' || value === null || fits(flat))) return flat;
  return Array.isArray(value)
    ? listInLines(value, indent)
    : objectInLines(value as Readonly<Record<string, unknown>>, indent);
}

/** A property of an object literal, with the comma behind it. */
export function literalProperty(name: string, value: unknown, indent: string): string {
  const key = keyOf(name);
  const head = `${indent}${key}: `;
  const text = literal(value, indent, head.length);
  const [firstLine = ''] = text.split('\n');
  const fits = head.length + firstLine.length + (text === firstLine ? 1 : 0) <= MAX_COLUMNS;
  // Behind a short key, a line of its own would win next to nothing.
  if (fits || key.length < MIN_BROKEN_KEY) return `${head}${text},`;
  return `${indent}${key}:\n${indent}  ${literal(value, `${indent}  `)},`;
}

function objectInLines(value: Readonly<Record<string, unknown>>, indent: string): string {
  const lines = Object.entries(value).map(([name, item]) => literalProperty(name, item, `${indent}  `));
  return `{\n${lines.map((line) => `${line}\n`).join('')}${indent}}`;
}

function listInLines(value: readonly unknown[], indent: string): string {
  const inner = `${indent}  `;
  const items = value.map((item) => literal(item, inner));
  if (isOfNumbers(value)) return `[\n${filled(items, inner)}${indent}]`;
  return `[\n${items.map((item) => `${inner}${item},\n`).join('')}${indent}]`;
}

/** As many numbers in a line as fit. */
function filled(items: readonly string[], indent: string): string {
  const lines: string[] = [];
  for (const item of items) {
    const last = lines.at(-1);
    if (last !== undefined && `${last} ${item},`.length <= MAX_COLUMNS) {
      lines[lines.length - 1] = `${last} ${item},`;
    } else lines.push(`${indent}${item},`);
  }
  return lines.map((line) => `${line}\n`).join('');
}

/** The form in one line; undefined for a value that always has several: an object that contains objects, say. */
function flatForm(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return scalar(value);
  if (Array.isArray(value)) return flatList(value);
  const entries = Object.entries(value as Readonly<Record<string, unknown>>);
  if (entries.length === 0) return '{}';
  if (!entries.every(([, item]) => isShallow(item))) return undefined;
  return `{ ${entries.map(([name, item]) => `${keyOf(name)}: ${flatForm(item)}`).join(', ')} }`;
}

/** A value that is neither an object nor a list. */
export function scalar(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  return typeof value === 'number' ? String(value).replace('e+', 'e') : String(value);
}

function flatList(value: readonly unknown[]): string | undefined {
  const items = value.map(flatForm);
  if (items.includes(undefined) || hasManyOfMany(value)) return undefined;
  return `[${items.join(', ')}]`;
}

/** Prettier breaks a list of several lists, or objects, that have more than one item each. */
function hasManyOfMany(value: readonly unknown[]): boolean {
  if (value.length < 2) return false;
  const sizes = value.map((item) =>
    typeof item === 'object' && item !== null ? Object.keys(item).length : undefined,
  );
  const sameKind = value.every((item) => Array.isArray(item) === Array.isArray(value[0]));
  return sameKind && sizes.every((size) => size !== undefined && size > 1);
}

function isShallow(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return Array.isArray(value)
    ? value.every((item) => typeof item !== 'object' || item === null)
    : Object.keys(value).length === 0;
}

function isOfNumbers(value: readonly unknown[]): boolean {
  return value.length > 1 && value.every((item) => typeof item === 'number');
}

/** In brackets, `__proto__` is a property like others. */
function keyOf(name: string): string {
  return name === '__proto__' ? '["__proto__"]' : propertyName(name);
}
