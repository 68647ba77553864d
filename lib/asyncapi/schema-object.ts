import { ecmaScriptPattern, isSchema, type JsonSchema, mapSubschemas } from '../json-schema/index.js';
import type { SchemaObject } from './asyncapi-document.interface.js';

/** Keywords that draft-07, which AsyncAPI's own schemas extend, does not have. */
const NEWER = [
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
 * A JSON Schema for a place in an AsyncAPI document: its references point there, its patterns are
 * ECMAScript's, and it is of draft-07, unless it uses what only newer drafts have: it then names its format.
 *
 * @param pointer where in the document it will be: `#/components/schemas/NAME`
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
  // An id would be what the references are relative to.
  const { $schema: _draft, $id: _id, id: _id04, ...adapted } = adapter.adapt(schema) as JsonSchema;
  if (!needsFormat) return adapted;
  const version = draft.includes('2019-09') ? '2019-09' : '2020-12';
  return { schemaFormat: `application/schema+json;version=${version}`, schema: adapted };
}

interface Context {
  /** Whether it is of a draft that ignores what stands next to a `$ref`. */
  readonly isOld: boolean;
  readonly isDraft04: boolean;
  readonly id: string;
  /** The pointers of the schemas that have a name, by that name. */
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

  /** In draft-04 it is a flag that says of a limit that it is exclusive. */
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

  /** AsyncAPI ignores what stands next to a `$ref`. */
  private withReference(schema: JsonSchema): JsonSchema {
    const { $ref, ...siblings } = schema;
    if (typeof $ref !== 'string') return schema;
    const reference = { $ref: this.referenceTo($ref) };
    const kept = this.context.isOld ? definitionsOf(siblings) : siblings;
    if (Object.keys(kept).length === 0) return reference;
    const others = (kept['allOf'] as JsonSchema[] | undefined) ?? [];
    return { ...kept, allOf: [reference, ...others] };
  }

  /** Of what is in the schema itself: by a pointer, or by its name. Others are left alone. */
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

/** The id of a schema, as the references to it are written. */
function idOf(schema: JsonSchema): string {
  const id = schema['$id'] ?? schema['id'];
  return typeof id === 'string' ? id.replace(/#$/, '') : '';
}

function survey(root: JsonSchema): { anchors: Map<string, string>; usesNewer: boolean } {
  const anchors = new Map<string, string>();
  let usesNewer = false;
  const visit = (schema: unknown, pointer: string): unknown => {
    if (!isSchema(schema)) return schema;
    usesNewer ||= NEWER.some((keyword) => Object.hasOwn(schema, keyword));
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
