import { _, type CodeKeywordDefinition, type FuncKeywordDefinition, str } from 'ajv';
import { ecmaScriptRegExp } from '../python-pattern.js';

/** The one format that the reference asserts, and only of schemas: a pattern that is not one, used or not. */
export const PATTERN_FORMAT: FuncKeywordDefinition = {
  keyword: 'format',
  type: 'string',
  schemaType: 'string',
  validate: (format: string, text: string) => format !== 'regex' || isPattern(text),
};

/** ajv's own one takes large multiples of small numbers for none. */
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

/** Whether a text is a pattern as Python has it. */
export function isPattern(text: string): boolean {
  try {
    return Boolean(ecmaScriptRegExp(text));
  } catch {
    return false;
  }
}
