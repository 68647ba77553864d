import { createRequire } from 'node:module';
import { Ajv, type Options } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import AjvDraft04 from 'ajv-draft-04';
import { ecmaScriptRegExp } from './python-pattern.js';

const OPTIONS: Options = {
  strict: false,
  validateFormats: false,
  logger: false,
  verbose: true,
  // `required: ["constructor"]` asks for a property of the message, not of Object.prototype.
  ownProperties: true,
  // Two message classes may carry the same schema id.
  addUsedSchema: false,
  code: { regExp: Object.assign(ecmaScriptRegExp, { code: 'ecmaScriptRegExp' }) },
};

/** Up to draft-07 the siblings of a `$ref` are ignored. */
const OLD: Options = { ...OPTIONS, ignoreKeywordsWithRef: true };

const DRAFTS: Record<string, (options: Options) => Ajv> = {
  'http://json-schema.org/draft-04/schema': (options) => new AjvDraft04.default({ ...OLD, ...options }),
  'http://json-schema.org/draft-06/schema': (options) =>
    new Ajv({ ...OLD, ...options }).addMetaSchema(metaSchema('draft-06')),
  'http://json-schema.org/draft-07/schema': (options) => new Ajv({ ...OLD, ...options }),
  'https://json-schema.org/draft/2019-09/schema': (options) => new Ajv2019({ ...OPTIONS, ...options }),
  'https://json-schema.org/draft/2020-12/schema': (options) => new Ajv2020({ ...OPTIONS, ...options }),
};
const LATEST = 'https://json-schema.org/draft/2020-12/schema';

const compilers = new Map<string, Ajv>();

/** The compiler for the draft that a schema names, made at its first use. */
export function compilerFor($schema: unknown, allErrors: boolean): { compiler: Ajv; isKnown: boolean } {
  const named = typeof $schema === 'string' ? $schema.replace(/#$/, '') : LATEST;
  const isKnown = Object.hasOwn(DRAFTS, named);
  const draft = isKnown ? named : LATEST;
  const key = `${draft} ${allErrors}`;
  let compiler = compilers.get(key);
  if (!compiler) {
    compiler = DRAFTS[draft]!({ allErrors });
    compilers.set(key, compiler);
  }
  return { compiler, isKnown };
}

function metaSchema(draft: string): object {
  return createRequire(import.meta.url)(`ajv/dist/refs/json-schema-${draft}.json`) as object;
}
