import { createRequire } from 'node:module';
import type { JsonSchema } from '../../json-schema/index.js';
import type { BodyClass } from './body-class.js';

type Library = typeof import('class-validator-jsonschema');
type Options = NonNullable<Parameters<Library['targetConstructorToSchema']>[1]>;
type Converters = NonNullable<Options['additionalConverters']>;
type Converter = Extract<Converters[string], (...args: never[]) => unknown>;
type Metadata = Parameters<Converter>[0];

// The library is loaded on first use, because few applications ask for schemas.
const require = createRequire(import.meta.url);

export const DRAFT_07 = 'http://json-schema.org/draft-07/schema#';
const DRAFT_04 = /draft-04/;

/** Converts class-validator classes to JSON Schema. */
export class BodyClassConverter {
  /** The JSON Schemas of the nested classes, by the name that `$ref` uses. */
  readonly definitions: Record<string, JsonSchema> = {};
  private readonly names = new Map<object, string>();
  private readonly taken: Set<string>;
  private readonly isDraft04: boolean;

  /** @param beside the JSON Schema that will contain the result; the result uses its draft, and none of its names. */
  constructor(beside: JsonSchema = {}) {
    this.taken = new Set(Object.keys((beside['definitions'] as object | undefined) ?? {}));
    this.isDraft04 = DRAFT_04.test(String(beside['$schema']));
  }

  convert(bodyClass: BodyClass): JsonSchema {
    const { targetConstructorToSchema } = require('class-validator-jsonschema') as Library;
    const schema = targetConstructorToSchema(bodyClass, {
      additionalConverters: this.converters,
      classTransformerMetadataStorage: typesOfProperties(),
    });
    return { type: 'object', ...schema };
  }

  private get converters(): Converters {
    const { IS_NEGATIVE, IS_NOT_EMPTY, IS_POSITIVE, ValidationTypes } =
      require('class-validator') as typeof import('class-validator');
    return {
      // The library names a definition after its class, but two classes may have the same name.
      [ValidationTypes.NESTED_VALIDATION]: (meta) => this.referenceTo(nestedClassOf(meta)),
      [ValidationTypes.CUSTOM_VALIDATION]: () => ({}),
      [IS_NOT_EMPTY]: { not: { enum: ['', null] } },
      [IS_POSITIVE]: this.isDraft04
        ? { type: 'number', minimum: 0, exclusiveMinimum: true }
        : { type: 'number', exclusiveMinimum: 0 },
      [IS_NEGATIVE]: this.isDraft04
        ? { type: 'number', maximum: 0, exclusiveMaximum: true }
        : { type: 'number', exclusiveMaximum: 0 },
    };
  }

  private referenceTo(nested: BodyClass | undefined): { $ref: string } | { type: 'object' } {
    if (!nested) return { type: 'object' };
    let name = this.names.get(nested);
    if (name === undefined) {
      name = this.freeName(nested.name || 'Body');
      this.names.set(nested, name);
      this.definitions[name] = this.convert(nested);
    }
    return { $ref: `#/definitions/${name}` };
  }

  private freeName(wanted: string): string {
    let name = wanted;
    for (let n = 2; this.taken.has(name); n++) name = `${wanted}${n}`;
    this.taken.add(name);
    return name;
  }
}

/** The class that `@Type` gives, else the type that TypeScript emitted for the property. */
function nestedClassOf({ target, propertyName }: Metadata): BodyClass | undefined {
  if (typeof target !== 'function') return undefined;
  const byDecorator = typesOfProperties().findTypeMetadata(target, propertyName)?.typeFunction() as unknown;
  const type: unknown =
    byDecorator ?? Reflect.getMetadata('design:type', target.prototype as object, propertyName);
  return typeof type === 'function' && type !== Array && type !== Object ? (type as BodyClass) : undefined;
}

/** class-transformer has no public API for the metadata of `@Type`. Other libraries read the same file. */
function typesOfProperties(): NonNullable<Options['classTransformerMetadataStorage']> {
  const storage =
    require('class-transformer/cjs/storage.js') as typeof import('class-transformer/types/storage.js');
  return storage.defaultMetadataStorage;
}
