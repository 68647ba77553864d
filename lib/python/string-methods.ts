import { PythonError, typeError, typeName } from './python-error.js';
import { characters } from './text.js';
import { attributeError, iterate } from './values.js';

/** The white space of `str.strip()` and `str.split()` in Python. */
const SPACE = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const SPACES = new RegExp(`[${SPACE}]+`, 'u');
const LEADING_SPACES = new RegExp(`^[${SPACE}]+`, 'u');
const TRAILING_SPACES = new RegExp(`[${SPACE}]+$`, 'u');
const SEPARATORS = '\\x1c-\\x1e';
const LINE_ENDS = new RegExp(`\\r\\n|[\\n\\r\\v\\f${SEPARATORS}\\x85\\u2028\\u2029]`, 'u');

/** `separator.join(parts)` of Python. @publicApi */
export function join(separator: unknown, parts: unknown): string {
  const joined = text(separator, 'join');
  return iterate(parts)
    .map((part, index) => {
      if (typeof part === 'string') return part;
      throw typeError(`sequence item ${index}: expected str instance, ${typeName(part)} found`);
    })
    .join(joined);
}

/** `value.split(separator, limit)` of Python. @publicApi */
export function split(value: unknown, separator: string | null = null, limit = -1): string[] {
  const source = text(value, 'split');
  if (separator === null) return splitAtSpaces(source, limit);
  assertSeparator(separator);
  const parts = source.split(separator);
  if (limit < 0 || parts.length <= limit + 1) return parts;
  return [...parts.slice(0, limit), parts.slice(limit).join(separator)];
}

/** `value.rsplit(separator, limit)` of Python. @publicApi */
export function rsplit(value: unknown, separator: string | null = null, limit = -1): string[] {
  const source = text(value, 'rsplit');
  if (limit < 0) return split(source, separator);
  const reverse = (whole: string): string => characters(whole).reverse().join('');
  return split(reverse(source), separator === null ? null : reverse(separator), limit)
    .map(reverse)
    .reverse();
}

function splitAtSpaces(source: string, limit: number): string[] {
  const parts: string[] = [];
  let rest = source.replace(LEADING_SPACES, '');
  while (rest !== '') {
    const space = SPACES.exec(rest);
    if (!space || parts.length === limit) break;
    parts.push(rest.slice(0, space.index));
    rest = rest.slice(space.index + space[0].length);
  }
  return rest === '' ? parts : [...parts, rest];
}

/** `value.splitlines()` of Python. @publicApi */
export function splitLines(value: unknown): string[] {
  const lines = text(value, 'splitlines').split(LINE_ENDS);
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

/** `value.partition(separator)` of Python. @publicApi */
export function partition(
  value: unknown,
  separator: string,
): [before: string, separator: string, after: string] {
  const source = text(value, 'partition');
  assertSeparator(separator);
  const place = source.indexOf(separator);
  if (place === -1) return [source, '', ''];
  return [source.slice(0, place), separator, source.slice(place + separator.length)];
}

/** `value.rpartition(separator)` of Python. @publicApi */
export function rpartition(
  value: unknown,
  separator: string,
): [before: string, separator: string, after: string] {
  const source = text(value, 'rpartition');
  assertSeparator(separator);
  const place = source.lastIndexOf(separator);
  if (place === -1) return ['', '', source];
  return [source.slice(0, place), separator, source.slice(place + separator.length)];
}

/** `value.strip(stripped)` of Python. @publicApi */
export function strip(value: unknown, stripped: string | null = null): string {
  return lstrip(rstrip(text(value, 'strip'), stripped), stripped);
}

/** `value.lstrip(stripped)` of Python. @publicApi */
export function lstrip(value: unknown, stripped: string | null = null): string {
  const source = text(value, 'lstrip');
  if (stripped === null) return source.replace(LEADING_SPACES, '');
  const all = characters(source);
  const first = all.findIndex((character) => !stripped.includes(character));
  return first === -1 ? '' : all.slice(first).join('');
}

/** `value.rstrip(stripped)` of Python. @publicApi */
export function rstrip(value: unknown, stripped: string | null = null): string {
  const source = text(value, 'rstrip');
  if (stripped === null) return source.replace(TRAILING_SPACES, '');
  const all = characters(source);
  return all.slice(0, all.findLastIndex((character) => !stripped.includes(character)) + 1).join('');
}

/** `value.lower()` of Python. @publicApi */
export function lower(value: unknown): string {
  return text(value, 'lower').toLowerCase();
}

/** `value.upper()` of Python. @publicApi */
export function upper(value: unknown): string {
  return text(value, 'upper').toUpperCase();
}

/** `value.capitalize()` of Python. @publicApi */
export function capitalize(value: unknown): string {
  const [first = '', ...rest] = characters(text(value, 'capitalize'));
  return first.toUpperCase() + rest.join('').toLowerCase();
}

/** `value.title()` of Python. @publicApi */
export function title(value: unknown): string {
  return text(value, 'title').replace(/\p{L}+/gu, (word) => capitalize(word));
}

/** `value.startswith(prefix)` of Python; several prefixes are its tuple. @publicApi */
export function startsWith(value: unknown, ...prefixes: readonly string[]): boolean {
  const source = text(value, 'startswith');
  return prefixes.some((prefix) => source.startsWith(prefix));
}

/** `value.endswith(suffix)` of Python; several suffixes are its tuple. @publicApi */
export function endsWith(value: unknown, ...suffixes: readonly string[]): boolean {
  const source = text(value, 'endswith');
  return suffixes.some((suffix) => source.endsWith(suffix));
}

/** `value.replace(old, by, limit)` of Python. @publicApi */
export function replace(value: unknown, old: string, by: string, limit = -1): string {
  const source = text(value, 'replace');
  const parts = old === '' ? ['', ...characters(source), ''] : source.split(old);
  const kept = limit < 0 ? parts.length : limit + 1;
  const head = parts.slice(0, kept).join(by);
  return parts.length > kept ? [head, ...parts.slice(kept)].join(old) : head;
}

/** `value.find(searched)` of Python, in characters. @publicApi */
export function find(value: unknown, searched: string): number {
  const source = text(value, 'find');
  const place = source.indexOf(searched);
  return place === -1 ? -1 : characters(source.slice(0, place)).length;
}

/** `value.count(searched)` of Python. @publicApi */
export function count(value: unknown, searched: string): number {
  const source = text(value, 'count');
  return searched === '' ? characters(source).length + 1 : source.split(searched).length - 1;
}

/** `value.zfill(width)` of Python. @publicApi */
export function zfill(value: unknown, width: number): string {
  const source = text(value, 'zfill');
  const sign = /^[+-]/.exec(source)?.[0] ?? '';
  const digits = source.slice(sign.length);
  return sign + '0'.repeat(Math.max(0, width - characters(source).length)) + digits;
}

function assertSeparator(separator: string): void {
  if (separator === '') throw new PythonError('ValueError', 'empty separator');
}

/** @throws PythonError AttributeError: only a text has the method. */
function text(value: unknown, method: string): string {
  if (typeof value === 'string') return value;
  throw attributeError(value, method);
}
