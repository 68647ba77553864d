import { _, type CodeKeywordDefinition, type FuncKeywordDefinition, str } from 'ajv';
import { ecmaScriptRegExp } from '../python-pattern.js';

/** Checks the format `regex`. The Python library checks only this format, and only in schemas. */
export const PATTERN_FORMAT: FuncKeywordDefinition = {
  keyword: 'format',
  type: 'string',
  schemaType: 'string',
  validate: (format: string, text: string) => format !== 'regex' || isPattern(text),
};

/** Replaces ajv's check of `multipleOf`, which refuses large multiples of small numbers. */
export const MULTIPLE_OF: CodeKeywordDefinition = {
  keyword: 'multipleOf',
  type: 'number',
  schemaType: 'number',
  error: {
    message: ({ schemaCode }) => str`must be multiple of ${schemaCode}`,
    params: ({ schemaCode }) => _`{multipleOf: ${schemaCode}}`,
  },
  code(context) {
    const { data, schema, schemaCode } = context;
    context.pass(
      Number.isInteger(schema)
        ? _`${data} % ${schemaCode} === 0`
        : _`Number.isInteger(${data} / ${schemaCode})`,
    );
  },
};

/** Whether a text is a valid pattern for Python. */
export function isPattern(text: string): boolean {
  try {
    return Boolean(ecmaScriptRegExp(text));
  } catch {
    return false;
  }
}
