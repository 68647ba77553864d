import type { CodeKeywordDefinition, KeywordCxt } from 'ajv';
import { resolveRef, SchemaEnv } from 'ajv/dist/compile/index.js';
import { callRef } from 'ajv/dist/vocabularies/core/ref.js';
import { definitionOfAjv } from './ajv-definitions.js';
import type { Verdicts } from './verdicts.js';

const REF_OF_AJV = definitionOfAjv('core/ref');

/** Replaces ajv's `$ref`, and remembers the verdicts of schemas that refer to themselves. */
export function ref(verdicts: Verdicts): CodeKeywordDefinition {
  return {
    ...REF_OF_AJV,
    before: 'not',
    code(context) {
      const target = selfReferenceOf(context);
      if (!target) return REF_OF_AJV.code(context);
      const validate = context.gen.scopeValue('func', { ref: verdicts.functionOf(target) });
      callRef(context, validate, target);
    },
  };
}

/** The schema that a reference names, if it contains the reference. ajv has not finished compiling such a schema. */
function selfReferenceOf({ schema: reference, it }: KeywordCxt): SchemaEnv | undefined {
  const { baseId, self, schemaEnv } = it;
  const { root } = schemaEnv;
  if ((reference === '#' || reference === '#/') && baseId === root.baseId) return root;
  const target = resolveRef.call(self, root, baseId, reference as string);
  return target instanceof SchemaEnv && !target.validate ? target : undefined;
}
