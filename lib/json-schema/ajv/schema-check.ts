import { SchemaError } from '../../exceptions/index.js';
import type { JsonSchema } from '../json-schema.js';
import { isPattern } from './ajv-keywords.js';
import { draftOf, ignoresRefSiblings, metaSchemaOf } from './drafts.js';
import { failureMessage } from './failure-message.js';

/**
 * Matches parts of a schema whose mistakes only compiling shows: references, anchors, property names that are
 * patterns, and a format that is not a string.
 */
const COMPILED_ONLY = /"(?:\$(?!schema"|comment"|id"|defs")\w+|patternProperties)":|"format":[^"]/;
/** The address of a schema, or of a part of it. */
const ADDRESS = /"\$?id":"/g;
/** A reference to the root, or to a definition there. */
const LOCAL_REF = /"\$ref":"#(?:\/(definitions|\$defs)\/([^"/%~\\]+))?"/g;

/** @throws SchemaError when a schema breaks the rules of its draft */
export function assertIsOfDraft(schema: JsonSchema): void {
  const isSchema = metaSchemaOf(draftOf(schema['$schema']));
  if (isSchema(schema)) return;
  const error = isSchema.errors![0]!;
  throw new SchemaError(nameOfSchema(schema), failureMessage(error), { path: error.instancePath });
}

/** Whether the rules of its draft show every mistake of a schema, so that it need not be compiled. */
export function isKnownByDraft(schema: JsonSchema): boolean {
  const text = JSON.stringify(schema).replaceAll(LOCAL_REF, (ref, keyword?: string, name?: string) =>
    keyword === undefined || isDefined(schema, keyword, name!) ? '' : ref,
  );
  return !COMPILED_ONLY.test(text) && (text.match(ADDRESS)?.length ?? 0) <= 1;
}

/** Whether a definition exists and the rules of the draft check it. Drafts up to 07 do not know `$defs`. */
function isDefined(schema: JsonSchema, keyword: string, name: string): boolean {
  if (keyword === '$defs' && ignoresRefSiblings(draftOf(schema['$schema']))) return false;
  const definitions = schema[keyword];
  return typeof definitions === 'object' && definitions !== null && Object.hasOwn(definitions, name);
}

/** A schema as the subject of a sentence. */
export function nameOfSchema(schema: JsonSchema): string {
  const name = schema['id'] ?? schema['$id'] ?? schema['title'];
  return typeof name === 'string' ? `The JSON Schema '${name}'` : 'The JSON Schema';
}

/** The JSON Pointer of the part that ajv could not compile; undefined when the error does not name it. */
export function placeOfError(error: unknown, schema: JsonSchema): string | undefined {
  const { missingRef } = error as { missingRef?: string };
  if (missingRef !== undefined) {
    return pointerTo(schema, (value, path) => {
      return /\/\$\w*[rR]ef$/.test(path) && typeof value === 'string' && missingRef.endsWith(value);
    });
  }
  if (!(error instanceof SyntaxError)) return undefined;
  return pointerTo(schema, (_, path, key) => /\/patternProperties\/[^/]*$/.test(path) && !isPattern(key));
}

function pointerTo(
  schema: object,
  isMatch: (value: unknown, path: string, key: string) => boolean,
  at = '',
): string | undefined {
  for (const [key, value] of Object.entries(schema) as [string, unknown][]) {
    const path = `${at}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (isMatch(value, path, key)) return path;
    const found = typeof value === 'object' && value !== null ? pointerTo(value, isMatch, path) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}
