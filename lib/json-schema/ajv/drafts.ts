import { createRequire } from 'node:module';
import { Ajv, type CodeKeywordDefinition, type Options, type ValidateFunction } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import AjvDraft04 from 'ajv-draft-04';
import { MULTIPLE_OF, PATTERN_FORMAT } from './ajv-keywords.js';
import { CONTAINS } from './contains-keyword.js';
import { CONST, ENUM } from './equality-keywords.js';
import { ecmaScriptRegExp } from '../python-pattern.js';

const OPTIONS: Options = {
  strict: false,
  logger: false,
  code: { regExp: Object.assign(ecmaScriptRegExp, { code: 'ecmaScriptRegExp' }) },
};

const OLD_DRAFT: Options = { ...OPTIONS, ignoreKeywordsWithRef: true };

const DRAFTS: Record<string, (options: Options) => Ajv> = {
  'http://json-schema.org/draft-04/schema': (options) => new AjvDraft04.default({ ...OLD_DRAFT, ...options }),
  'http://json-schema.org/draft-06/schema': (options) => ajvOf('draft-06', options),
  'http://json-schema.org/draft-07/schema': (options) => ajvOf('draft-07', options),
  'https://json-schema.org/draft/2019-09/schema': (options) => new Ajv2019({ ...OPTIONS, ...options }),
  'https://json-schema.org/draft/2020-12/schema': (options) => new Ajv2020({ ...OPTIONS, ...options }),
};
const LATEST_DRAFT = 'https://json-schema.org/draft/2020-12/schema';

/** The draft that a `$schema` names; the latest draft when it names an unknown draft, or none. */
export function draftOf($schema: unknown): string {
  const named = typeof $schema === 'string' ? $schema.replace(/#$/, '') : LATEST_DRAFT;
  return Object.hasOwn(DRAFTS, named) ? named : LATEST_DRAFT;
}

/** Whether a draft ignores keywords next to a `$ref`. Drafts up to draft-07 do. */
export function ignoresRefSiblings(draft: string): boolean {
  return draft.includes('/draft-0');
}

/** The keywords that ajv knows but the draft does not. Like all unknown keywords, they have to be ignored. */
export function foreignKeywords(draft: string): readonly string[] {
  return FOREIGN[draft]!;
}

const OF_AJV = ['nullable', '$async'];
const IF = ['if', 'then', 'else'];
const FOREIGN: Record<string, readonly string[]> = {
  'http://json-schema.org/draft-04/schema': [...OF_AJV, '$id', ...IF, 'const', 'contains', 'propertyNames'],
  'http://json-schema.org/draft-06/schema': [...OF_AJV, 'id', ...IF],
  'http://json-schema.org/draft-07/schema': [...OF_AJV, 'id'],
  'https://json-schema.org/draft/2019-09/schema': [...OF_AJV, 'id', 'dependencies'],
  'https://json-schema.org/draft/2020-12/schema': [...OF_AJV, 'id', 'dependencies'],
};

/** The compiled meta-schema of each draft, which is compiled at its first use. */
const metaSchemas = new Map<string, ValidateFunction>();

/** The function that checks a schema against the rules of a draft. */
export function metaSchemaOf(draft: string): ValidateFunction {
  let validate = metaSchemas.get(draft);
  if (!validate) {
    const compiler = DRAFTS[draft]!({ ownProperties: true, verbose: true })
      .removeKeyword('format')
      .addKeyword(PATTERN_FORMAT);
    validate = compiler.getSchema(draft)!;
    metaSchemas.set(draft, validate);
  }
  return validate;
}

/** The options that differ between the validators of a schema. */
export interface CompilerOptions {
  /** Whether to go on after the first failure. */
  readonly allErrors: boolean;
  /** Whether to ignore inherited properties. */
  readonly ownProperties: boolean;
}

/**
 * Makes a compiler that knows only the meta-schemas of the drafts. Each schema has its own compiler, because two
 * message classes may use the same schema id.
 *
 * @param keywords keywords that replace ajv's own keywords, or that ajv lacks
 */
export function newCompiler(
  draft: string,
  options: CompilerOptions & Pick<Options, 'loopRequired'>,
  keywords: readonly CodeKeywordDefinition[],
): Ajv {
  const always = { verbose: true, validateSchema: false, validateFormats: false };
  const compiler = DRAFTS[draft]!({ ...always, ...options });
  for (const definition of [MULTIPLE_OF, ENUM, CONST, CONTAINS, ...keywords]) {
    const keyword = definition.keyword as string;
    if (NOT_IN_EVERY_DRAFT.has(keyword) && !compiler.getKeyword(keyword)) continue;
    const before = keyword === 'contains' ? tuplesOf(compiler) : definition.before;
    compiler.removeKeyword(keyword).addKeyword({ ...definition, before });
  }
  return compiler;
}

/** The keyword of tuples. For an empty array, ajv skips the keywords after it, so `contains` has to come before. */
function tuplesOf(compiler: Ajv): string {
  return compiler.getKeyword('prefixItems') ? 'prefixItems' : 'items';
}

/** Keywords that not every draft has. */
const NOT_IN_EVERY_DRAFT = new Set(['const', 'contains']);

function ajvOf(draft: 'draft-06' | 'draft-07', options: Options): Ajv {
  const ajv = new Ajv({ ...OLD_DRAFT, ...options, meta: false });
  const metaSchema = createRequire(import.meta.url)(`ajv/dist/refs/json-schema-${draft}.json`) as MetaSchema;
  const properties = {
    ...metaSchema.properties,
    // In these drafts, the Python library accepts an enum with a repeated value, or without values.
    enum: { type: 'array' },
    patternProperties: {
      type: 'object',
      propertyNames: { format: 'regex' },
      additionalProperties: { $ref: '#' },
    },
  };
  return ajv.addMetaSchema({ ...metaSchema, properties }, undefined, false);
}

type MetaSchema = { properties: object };
