import type { JsonSchema } from '../../json-schema/index.js';

const TEXT = { type: 'string' };
const TEXT_OR_NULL = { type: ['string', 'null'] };
const OBJECT_OR_NULL = { type: ['object', 'null'] };
const TEXTS = { type: 'array', items: TEXT };

function object(properties: Record<string, JsonSchema>, optional: readonly string[] = []): JsonSchema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', properties, required };
}

const listOf = (items: JsonSchema): JsonSchema => ({ type: 'array', items });

const MEMBER = object({ name: TEXT, kind: TEXT, parameters: TEXTS, ast: OBJECT_OR_NULL });

const CLASS = object(
  {
    name: TEXT,
    doc: TEXT_OR_NULL,
    isMessage: { type: 'boolean' },
    bases: TEXTS,
    mro: TEXTS,
    schemaNames: TEXTS,
    topic: TEXT_OR_NULL,
    severity: { type: ['integer', 'null'] },
    deprecated: { type: 'boolean' },
    bodySchema: OBJECT_OR_NULL,
    headersSchema: OBJECT_OR_NULL,
    own: TEXTS,
    computed: TEXTS,
    constants: { type: 'object' },
    constantKinds: { type: 'object', additionalProperties: { enum: ['tuple', 'inexact'] } },
    expressions: { type: 'object' },
    enum: OBJECT_OR_NULL,
    fields: { type: ['array', 'null'], items: TEXT },
    members: listOf(MEMBER),
  },
  ['topic', 'severity', 'deprecated', 'bodySchema', 'headersSchema', 'own', 'computed', 'constantKinds'],
);

const MODULE = object(
  {
    name: TEXT,
    imports: { type: 'object', additionalProperties: TEXT },
    constants: { type: 'object' },
    constantKinds: { type: 'object', additionalProperties: { enum: ['tuple', 'inexact'] } },
    expressions: { type: 'object' },
    hides: TEXTS,
    functions: listOf(MEMBER),
    classes: listOf(CLASS),
  },
  ['hides', 'constantKinds'],
);

const PACKAGE = object({
  name: { type: 'string', minLength: 1 },
  version: TEXT_OR_NULL,
  license: TEXT_OR_NULL,
  modules: listOf(MODULE),
});

const PROBLEM = object({
  source: TEXT,
  package: TEXT_OR_NULL,
  module: TEXT_OR_NULL,
  message: TEXT,
  hint: TEXT,
});

/** The JSON Schema of {@link ExportedSchemas}. */
export const EXPORTED_SCHEMAS_SCHEMA: JsonSchema = object({
  format: { const: 1 },
  python: TEXT,
  packages: listOf(PACKAGE),
  problems: listOf(PROBLEM),
});
