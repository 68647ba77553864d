import { FORMAT_SPECIFICATION, type TemplatePart, templateParts } from '../python-templates/index.js';
import { PythonError, typeError, typeName } from './python-error.js';
import { characters, repr, str } from './text.js';
import { item } from './values.js';

/**
 * `format(value, specification)` of Python, as in `f"{value:>10}"`.
 *
 * @throws PythonError ValueError when the specification does not fit the value
 * @publicApi
 */
export function formatted(value: unknown, specification: string): string {
  if (specification === '') return str(value);
  if (!['string', 'number', 'boolean'].includes(typeof value)) {
    throw typeError(`unsupported format string passed to ${typeName(value)}.__format__`);
  }
  const match = FORMAT_SPECIFICATION.exec(specification);
  if (!match) throw new PythonError('ValueError', `Invalid format specifier '${specification}'`);
  const [, fill, align, zero, width, comma, precision, type] = match;
  if (typeof value === 'string') {
    if ((type && type !== 's') || comma) throw wrongType(type ?? ',', value);
    const shown = precision === undefined ? value : characters(value).slice(0, Number(precision)).join('');
    return padded(shown, Number(width ?? 0), fill ?? (zero ? '0' : ' '), align ?? '<');
  }
  const shown = numberText(Number(value), type, precision, comma !== undefined);
  const size = Number(width ?? 0);
  if (!zero || align) return padded(shown, size, fill ?? (zero ? '0' : ' '), align ?? '>');
  const sign = shown.startsWith('-') ? '-' : '';
  return sign + shown.slice(sign.length).padStart(size - sign.length, '0');
}

function numberText(
  value: number,
  type: string | undefined,
  precision: string | undefined,
  comma: boolean,
): string {
  if (type === 's') throw wrongType(type, value);
  if (type === 'f') return grouped(rounded(value, Number(precision ?? 6)), comma);
  if (!Number.isInteger(value)) {
    if (type) throw wrongType(type, value);
    return grouped(repr(value), comma);
  }
  if (type === 'x') return value.toString(16);
  if (type === 'X') return value.toString(16).toUpperCase();
  return grouped(repr(value), comma);
}

/** Python rounds what is in the middle between two numbers to the even one, JavaScript to the larger one. */
function rounded(value: number, digits: number): string {
  const exact = Math.abs(value).toFixed(Math.min(digits + 40, 100));
  const end = exact.length - Math.min(40, 100 - digits);
  const kept = exact.slice(0, end).replace(/\.$/, '');
  const isMiddle = /^50*$/.test(exact.slice(end));
  if (!isMiddle || Number(kept.at(-1)) % 2 === 1) return value.toFixed(digits);
  return (value < 0 ? '-' : '') + kept;
}

function grouped(digits: string, comma: boolean): string {
  return comma ? digits.replace(/\B(?=(?:\d{3})+(?!\d))(?<!\.\d*)/g, ',') : digits;
}

function padded(text: string, width: number, fill: string, align: string): string {
  const missing = Math.max(0, width - characters(text).length);
  const before = align === '>' ? missing : align === '^' ? Math.floor(missing / 2) : 0;
  return fill.repeat(before) + text + fill.repeat(missing - before);
}

function wrongType(type: string, value: unknown): PythonError {
  return new PythonError(
    'ValueError',
    `Unknown format code '${type}' for object of type '${typeName(value)}'`,
  );
}

/** @throws PythonError ValueError when the template is wrong. */
function partsOf(template: string): TemplatePart[] {
  try {
    return templateParts(template);
  } catch (error) {
    throw new PythonError('ValueError', (error as Error).message);
  }
}

/**
 * `template.format(*positional, **named)` of Python.
 *
 * @throws PythonError KeyError or IndexError when an argument is missing, ValueError when the template is wrong
 * @publicApi
 */
export function format(template: string, positional: readonly unknown[] = [], named: unknown = {}): string {
  let next = 0;
  return partsOf(template)
    .map((part) => {
      if (typeof part === 'string') return part;
      const { argument, keys, conversion, specification } = part;
      const value = /^\d*$/.test(argument)
        ? positionalArgument(positional, argument === '' ? next++ : Number(argument))
        : item(named, argument);
      const chosen = item(value, ...keys);
      return formatted(conversion === 'r' ? repr(chosen) : conversion ? str(chosen) : chosen, specification);
    })
    .join('');
}

function positionalArgument(positional: readonly unknown[], index: number): unknown {
  if (index < positional.length) return positional[index];
  throw new PythonError('IndexError', `Replacement index ${index} out of range for positional args tuple`);
}

/**
 * A number as `%d` of Python writes it.
 *
 * @throws PythonError TypeError when the value is not a number
 * @publicApi
 */
export function decimal(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return repr(Math.trunc(Number(value)));
  throw typeError(`%d format: a real number is required, not ${typeName(value)}`);
}
