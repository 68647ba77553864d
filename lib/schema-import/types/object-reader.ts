import { isSchema, type JsonSchema } from '../../json-schema/index.js';
import type { Warn } from './keywords.js';
import { ANY_OBJECT, type PropertyNode, type TypeNode, unionOf, UNKNOWN } from './type-node.js';

/** A title that can be a name. */
const SHORT_TITLE = /^[A-Za-z][\w-]*(?: [\w-]+){0,2}$/;

/** Reads the types of objects and arrays. */
export class ObjectReader {
  constructor(
    private readonly read: (schema: unknown, place: string) => TypeNode,
    private readonly warn: Warn,
  ) {}

  objectType(schema: JsonSchema, place: string, definition: string | undefined): TypeNode {
    const properties = this.properties(schema, place);
    if (properties.length === 0) return this.mapType(schema, place);
    const { title, ...untitled } = schema;
    const isName = typeof title === 'string' && SHORT_TITLE.test(title);
    return {
      kind: 'object',
      properties,
      comment: commentOf(isName ? untitled : schema),
      title: definition ?? (isName ? title : undefined),
    };
  }

  listType(schema: JsonSchema, place: string): TypeNode {
    const { items, prefixItems, minItems } = schema;
    const first = Array.isArray(prefixItems) ? prefixItems : Array.isArray(items) ? items : undefined;
    if (first === undefined) return { kind: 'list', item: this.read(items, `${place}/items`) };
    const keyword = first === items ? 'items' : 'prefixItems';
    const [more, restKeyword] =
      first === items ? [schema['additionalItems'], 'additionalItems'] : [items, 'items'];
    return {
      kind: 'tuple',
      items: first.map((item, index) => this.read(item, `${place}/${keyword}/${index}`)),
      required: Math.min(first.length, Number(minItems) || 0),
      rest: more === false ? undefined : this.read(more, `${place}/${restKeyword}`),
    };
  }

  private properties(schema: JsonSchema, place: string): PropertyNode[] {
    const described = this.describedProperties(schema['properties'], place);
    const required = this.requiredNames(schema['required'], place);
    const properties = described.map(([name, property]) => ({
      name,
      type: this.read(property, `${place}/properties/${name}`),
      isRequired: required.includes(name),
      comment: isSchema(property) ? commentOf(property) : undefined,
    }));
    const undescribed = required.filter((name) => !described.some(([known]) => known === name));
    if (undescribed.length > 0) {
      const names = undescribed.map((name) => `'${name}'`).join(', ');
      this.warn(place, `${names}: required, but not described`);
    }
    return [
      ...properties,
      ...undescribed.map((name) => ({ name, type: UNKNOWN, isRequired: true, comment: undefined })),
    ];
  }

  private describedProperties(properties: unknown, place: string): [string, unknown][] {
    if (properties === undefined) return [];
    if (isSchema(properties)) return Object.entries(properties);
    this.warn(place, "'properties' is not an object; ignored");
    return [];
  }

  private requiredNames(required: unknown, place: string): string[] {
    if (required === undefined) return [];
    if (Array.isArray(required)) {
      return [...new Set(required.filter((name): name is string => typeof name === 'string'))];
    }
    this.warn(place, `'required' is ${JSON.stringify(required)}, not a list of names; ignored`);
    return [];
  }

  /** An object whose properties have no names in the schema. */
  private mapType(schema: JsonSchema, place: string): TypeNode {
    const { additionalProperties, patternProperties } = schema;
    const patterns = isSchema(patternProperties) ? Object.entries(patternProperties) : [];
    const types = patterns.map(([pattern, value]) =>
      this.read(value, `${place}/patternProperties/${pattern}`),
    );
    // Without a word on them, any further property is allowed.
    if (isSchema(additionalProperties)) {
      types.push(this.read(additionalProperties, `${place}/additionalProperties`));
    } else if (additionalProperties !== false) types.push(UNKNOWN);
    return types.length === 0 ? ANY_OBJECT : { kind: 'map', value: unionOf(types) };
  }
}

function commentOf({ description, title }: JsonSchema): string | undefined {
  const text = typeof description === 'string' ? description : title;
  return typeof text === 'string' && text.trim() !== '' ? text : undefined;
}
