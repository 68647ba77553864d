import { _, type CodeKeywordDefinition, type KeywordCxt } from 'ajv';
import { definitionOfAjv } from './ajv-definitions.js';
import type { EqualItems } from '../equal-items.js';
import { isEqual } from '../json-equality.js';

const ENUM_OF_AJV = definitionOfAjv('validation/enum');
const CONST_OF_AJV = definitionOfAjv('validation/const');
const UNIQUE_ITEMS_OF_AJV = definitionOfAjv('validation/uniqueItems');

/** Replace ajv's checks, which call a property such as `valueOf` and compare the property `constructor`. */
export const ENUM: CodeKeywordDefinition = {
  ...ENUM_OF_AJV,
  before: 'not',
  code(context) {
    const values = context.schema as readonly unknown[];
    if (values.every(isScalar)) return ENUM_OF_AJV.code(context);
    const accepts = (value: unknown): boolean => values.some((allowed) => isEqual(allowed, value));
    context.pass(call(context, accepts));
  },
};

export const CONST: CodeKeywordDefinition = {
  ...CONST_OF_AJV,
  before: 'not',
  code(context) {
    const allowed = context.schema as unknown;
    if (isScalar(allowed)) return CONST_OF_AJV.code(context);
    context.pass(call(context, (value) => isEqual(allowed, value)));
  },
};

/** Replaces ajv's check, which compares each pair of items when the items are objects. */
export function uniqueItems(equalItems: EqualItems): CodeKeywordDefinition {
  return {
    ...UNIQUE_ITEMS_OF_AJV,
    code(context) {
      if (context.schema !== true) return;
      const { gen } = context;
      const pair = gen.const(
        'pair',
        call(context, (items) => equalItems.find(items as unknown[])),
      );
      context.setParams({ i: _`${pair}[0]`, j: _`${pair}[1]` });
      context.pass(_`!${pair}`);
    },
  };
}

function isScalar(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}

function call({ gen, data }: KeywordCxt, check: (value: unknown) => unknown): ReturnType<typeof _> {
  return _`${gen.scopeValue('func', { ref: check })}(${data})`;
}
