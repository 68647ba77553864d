import type { ErrorObject } from 'ajv';
import { shownValue } from '../../exceptions/index.js';

/** How many characters of a value an error shows. */
const MAX_VALUE_LENGTH = 80;

/** The text of an ajv error, with the wrong value. */
export function failureMessage(error: ErrorObject): string {
  const params = error.params as Record<string, unknown>;
  switch (error.keyword) {
    case 'additionalProperties':
      return `must not have the property '${String(params['additionalProperty'])}'`;
    case 'enum':
      return `must be one of ${shownValue(params['allowedValues'], MAX_VALUE_LENGTH)}, but is ${shorten(error.data)}`;
    case 'const':
      return `must be ${shorten(params['allowedValue'])}, but is ${shorten(error.data)}`;
    case 'type':
    case 'pattern':
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
    case 'multipleOf':
      return `${error.message ?? 'is invalid'}, but is ${shorten(error.data)}`;
    // Only schemas are checked for a format, and only for `regex`.
    case 'format':
      return `must be a regular expression, but is ${shorten(error.data)}`;
    default:
      return error.message ?? `fails '${error.keyword}'`;
  }
}

/** Shortens a value, because an error must not contain a whole body. */
function shorten(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  return shownValue(value, MAX_VALUE_LENGTH);
}
