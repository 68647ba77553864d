import { ecmaScriptPattern, isSchema, type JsonSchema, mapSubschemas } from '../json-schema/index.js';
import type { SchemaObject } from './asyncapi-document.interface.js';

/** Keywords that are newer than draft-07. AsyncAPI's schemas extend draft-07. */
const NEWER_KEYWORDS = [
  '$anchor',
  '$dynamicAnchor',
  '$dynamicRef',
  '$recursiveAnchor',
  '$recursiveRef',
  'dependentRequired',
  'dependentSchemas',
  'maxContains',
  'minContains',
  'prefixItems',
  'unevaluatedItems',
  'unevaluatedProperties',
];

/**
 * Adapts a JSON Schema to its place in an AsyncAPI document. Its references point to that place, and its patterns
 * become ECMAScript's. The result is of draft-07, or names its format when it uses keywords of newer drafts.
 *
 * @param pointer the place of the schema in the document: `#/components/schemas/NAME`
 */
export function toSchemaObject(schema: JsonSchema, pointer: string): SchemaObject {
  const draft = String(schema['$schema'] ?? '');
  const isOld = /\/draft-0[467]\//.test(draft);
  const { anchors, usesNewer } = survey(schema);
  const needsFormat = !isOld && usesNewer;
  const adapter = new SchemaAdapter(
    { isOld, isDraft04: draft.includes('draft-04'), id: idOf(schema), anchors },
    needsFormat ? `${pointer}/schema` : pointer,
  );
  // The id is removed, because references would be relative to it.
  const { $schema: _draft, $id: _id, id: _id04, ...adapted } = adapter.adapt(schema) as JsonSchema;
  if (!needsFormat) return adapted;
  const version = draft.includes('2019-09') ? '2019-09' : '2020-12';
  return { schemaFormat: `application/schema+json;version=${version}`, schema: adapted };
}

interface Context {
  /** Whether the schema's draft ignores keywords next to a `$ref`. */
  readonly isOld: boolean;
  readonly isDraft04: boolean;
  readonly id: string;
  /** The pointers of the subschemas with an anchor, by the name of the anchor. */
  readonly anchors: ReadonlyMap<string, string>;
}

class SchemaAdapter {
  constructor(
    private readonly context: Context,
    private readonly root: string,
  ) {}

  readonly adapt = (schema: unknown): unknown => {
    if (!isSchema(schema)) return schema;
    return this.withReference(this.withPatterns(this.withLimits(mapSubschemas(schema, this.adapt, ''))));
  };

  /** Rewrites exclusive limits of draft-04, where `exclusiveMinimum: true` is a flag next to `minimum`. */
  private withLimits(schema: JsonSchema): JsonSchema {
    if (!this.context.isDraft04) return schema;
    const { exclusiveMinimum, exclusiveMaximum, minimum, maximum, ...others } = schema;
    return {
      ...others,
      ...(minimum !== undefined && { [exclusiveMinimum === true ? 'exclusiveMinimum' : 'minimum']: minimum }),
      ...(maximum !== undefined && { [exclusiveMaximum === true ? 'exclusiveMaximum' : 'maximum']: maximum }),
    };
  }

  private withPatterns(schema: JsonSchema): JsonSchema {
    const { pattern, patternProperties } = schema;
    return {
      ...schema,
      ...(typeof pattern === 'string' && { pattern: ecmaScriptPattern(pattern) }),
      ...(isSchema(patternProperties) && {
        patternProperties: Object.fromEntries(
          Object.entries(patternProperties).map(([key, value]) => [ecmaScriptPattern(key), value]),
        ),
      }),
    };
  }

  /** Moves a `$ref` into `allOf` when other keywords stand next to it, because AsyncAPI ignores those. */
  private withReference(schema: JsonSchema): JsonSchema {
    const { $ref, ...siblings } = schema;
    if (typeof $ref !== 'string') return schema;
    const reference = { $ref: this.referenceTo($ref) };
    const kept = this.context.isOld ? definitionsOf(siblings) : siblings;
    if (Object.keys(kept).length === 0) return reference;
    const others = (kept['allOf'] as JsonSchema[] | undefined) ?? [];
    return { ...kept, allOf: [reference, ...others] };
  }

  /** Rewrites a reference to a part of the schema, by pointer or by anchor. Other references stay unchanged. */
  private referenceTo($ref: string): string {
    const { id, anchors } = this.context;
    const isLocal = $ref.startsWith('#') || (id !== '' && ($ref === id || $ref.startsWith(`${id}#`)));
    if (!isLocal) return $ref;
    const [, fragment = ''] = $ref.split('#');
    const pointer = fragment === '' || fragment.startsWith('/') ? fragment : anchors.get(fragment);
    return pointer === undefined ? $ref : this.root + pointer;
  }
}

function definitionsOf({ definitions, $defs }: JsonSchema): JsonSchema {
  return { ...(definitions !== undefined && { definitions }), ...($defs !== undefined && { $defs }) };
}

/** The id of a schema, in the form that references to it use. */
function idOf(schema: JsonSchema): string {
  const id = schema['$id'] ?? schema['id'];
  return typeof id === 'string' ? id.replace(/#$/, '') : '';
}

function survey(root: JsonSchema): { anchors: Map<string, string>; usesNewer: boolean } {
  const anchors = new Map<string, string>();
  let usesNewer = false;
  const visit = (schema: unknown, pointer: string): unknown => {
    if (!isSchema(schema)) return schema;
    usesNewer ||= NEWER_KEYWORDS.some((keyword) => Object.hasOwn(schema, keyword));
    const { $anchor, $id, id } = schema;
    if (typeof $anchor === 'string') anchors.set($anchor, pointer);
    for (const name of [$id, id]) {
      if (typeof name === 'string' && name.startsWith('#')) anchors.set(name.slice(1), pointer);
    }
    return mapSubschemas(schema, visit, pointer);
  };
  visit(root, '');
  return { anchors, usesNewer };
}
