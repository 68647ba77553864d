import { isSchema, type JsonSchema } from '../../json-schema/index.js';
import { keywordMistakes, type Warn } from './keywords.js';
import { meet, objectsOf } from './meet.js';
import { ObjectReader } from './object-reader.js';
import { resolveReference } from './references.js';
import {
  ANY_LIST,
  ANY_OBJECT,
  BOOLEAN,
  type LiteralNode,
  NEVER,
  NULL,
  NUMBER,
  STRING,
  type TypeNode,
  unionOf,
  UNKNOWN,
  withoutItself,
} from './type-node.js';

/** The drafts in which keywords beside `$ref` say nothing. */
const DRAFT_WITH_BARE_REFERENCES = /draft-0[3467]/;

/** Reads the types from one JSON Schema. */
export class SchemaReader {
  /** The type of each schema that has been read; undefined while it is being read. */
  private readonly types = new Map<JsonSchema, TypeNode | undefined>();
  private readonly objects = new ObjectReader(
    (schema, place) => this.read(schema, place),
    (place, message) => this.warn(place, message),
  );
  private readonly hasBareReferences: boolean;

  private constructor(
    private readonly root: JsonSchema,
    private readonly warn: Warn,
  ) {
    this.hasBareReferences = DRAFT_WITH_BARE_REFERENCES.test(String(root['$schema']));
  }

  /** The type of the objects that a schema describes. */
  static readBody(schema: JsonSchema, warn: Warn): TypeNode {
    return objectsOf(new SchemaReader(schema, warn).read(schema, ''));
  }

  private read(schema: unknown, place: string, title?: string): TypeNode {
    if (schema === true || schema === undefined) return UNKNOWN;
    if (schema === false) return NEVER;
    if (!isSchema(schema)) {
      this.warn(place, `${JSON.stringify(schema)} is not a schema; read as any value`);
      return UNKNOWN;
    }
    if (!this.types.has(schema)) {
      this.types.set(schema, undefined);
      const type = withoutItself(this.readNew(schema, place, title), schema);
      if (type === undefined) this.warn(place, 'refers only to itself; read as any value');
      this.types.set(schema, type ?? UNKNOWN);
    }
    const target = (): TypeNode => this.types.get(schema) ?? UNKNOWN;
    return this.types.get(schema) ?? { kind: 'later', schema, target };
  }

  private readNew(schema: JsonSchema, place: string, title: string | undefined): TypeNode {
    for (const mistake of keywordMistakes(schema)) this.warn(place, mistake);
    const referred = this.referred(schema['$ref'], place);
    if (referred !== UNKNOWN && this.hasBareReferences) return referred;
    return [
      this.ownType(schema, place, title),
      ...this.branches(schema, 'allOf', place),
      unionOfBranches(this.branches(schema, 'anyOf', place)),
      unionOfBranches(this.branches(schema, 'oneOf', place)),
    ].reduce(meet, referred);
  }

  private referred(reference: unknown, place: string): TypeNode {
    if (typeof reference !== 'string') return UNKNOWN;
    const target = resolveReference(this.root, reference);
    if (target !== undefined) return this.read(target.schema, reference, target.name || undefined);
    this.warn(place, `'${reference}' does not exist in this schema; read as any value`);
    return UNKNOWN;
  }

  private branches(schema: JsonSchema, keyword: string, place: string): TypeNode[] {
    const branches = schema[keyword];
    if (!Array.isArray(branches)) return [];
    return branches.map((branch, index) => this.read(branch, `${place}/${keyword}/${index}`));
  }

  private ownType(schema: JsonSchema, place: string, title: string | undefined): TypeNode {
    const names = this.typeNames(schema, place);
    const types = names?.map((name) => this.typeNamed(name, schema, place, title)) ?? [
      this.impliedType(schema, place, title),
    ];
    return valuesOf(schema).reduce<TypeNode>(
      (type, values) => meet(type, unionOf(values.map(valueType))),
      unionOf(types),
    );
  }

  /** The names in `type`; undefined when it says nothing. */
  private typeNames({ type }: JsonSchema, place: string): string[] | undefined {
    if (type === undefined) return undefined;
    const names = Array.isArray(type) ? type : [type];
    if (names.every((name) => typeof name === 'string')) return names;
    this.warn(place, `'type' is ${JSON.stringify(type)}, not a name or a list of names; ignored`);
    return undefined;
  }

  private typeNamed(name: string, schema: JsonSchema, place: string, title: string | undefined): TypeNode {
    switch (name) {
      case 'string':
        return STRING;
      case 'integer':
      case 'number':
        return NUMBER;
      case 'boolean':
        return BOOLEAN;
      case 'null':
        return NULL;
      case 'object':
        return this.objects.objectType(schema, place, title);
      case 'array':
        return this.objects.listType(schema, place);
      default:
        this.warn(place, `'type' is '${name}', which is not a type of JSON Schema; read as any value`);
        return UNKNOWN;
    }
  }

  /** The type of a schema without `type`: what its other keywords are for. */
  private impliedType(schema: JsonSchema, place: string, title: string | undefined): TypeNode {
    if (isSchema(schema['properties'])) return this.objects.objectType(schema, place, title);
    if (schema['items'] !== undefined || schema['prefixItems'] !== undefined) {
      return this.objects.listType(schema, place);
    }
    return UNKNOWN;
  }
}

/** A branch that says nothing of the type, such as which properties are required, allows every type. */
function unionOfBranches(branches: readonly TypeNode[]): TypeNode {
  return branches.length === 0 ? UNKNOWN : unionOf(branches);
}

/** The values that `enum` and `const` allow, each a list. */
function valuesOf(schema: JsonSchema): (readonly unknown[])[] {
  const values = Array.isArray(schema['enum']) ? [schema['enum']] : [];
  return Object.hasOwn(schema, 'const') ? [...values, [schema['const']]] : values;
}

function valueType(value: unknown): TypeNode {
  if (value === null) return NULL;
  if (Array.isArray(value)) return ANY_LIST;
  if (typeof value === 'object') return ANY_OBJECT;
  return { kind: 'literal', value } as LiteralNode;
}
