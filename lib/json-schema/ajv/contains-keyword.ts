import { _, type Code, type CodeKeywordDefinition } from 'ajv';
import { Type } from 'ajv/dist/compile/util.js';
import { definitionOfAjv } from './ajv-definitions.js';

const CONTAINS_OF_AJV = definitionOfAjv('applicator/contains');

/** Replaces ajv's check, which collects a failure for each item that does not match. */
export const CONTAINS: CodeKeywordDefinition = {
  ...CONTAINS_OF_AJV,
  code(context) {
    const { gen, data, it, parentSchema } = context;
    const limits = (it.opts.next ? parentSchema : {}) as { minContains?: number; maxContains?: number };
    const { minContains: min = 1, maxContains: max } = limits;
    context.setParams({ min, max });
    if (max === undefined && min === 0) return;
    it.items = true;
    const count = gen.let('count', 0);
    gen.forRange('i', 0, _`${data}.length`, (i) => {
      const isValid = gen.name('isValid');
      const how = { keyword: 'contains', dataProp: i, dataPropType: Type.Num, compositeRule: true } as const;
      context.subschema({ ...how, createErrors: false, allErrors: false }, isValid);
      context.reset();
      gen.if(isValid, () => gen.code(_`${count}++`));
      // More matches would not change the result.
      gen.if(max === undefined ? _`${count} >= ${min}` : _`${count} > ${max}`, () => gen.break());
    });
    context.pass(isWithin(count, min, max));
  },
};

function isWithin(count: Code, min: number, max: number | undefined): Code {
  return max === undefined ? _`${count} >= ${min}` : _`${count} >= ${min} && ${count} <= ${max}`;
}
