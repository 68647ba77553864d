import type { JsonSchema } from '../../json-schema/index.js';
import { printTypes } from './print-types.js';
import { SchemaReader } from './schema-reader.js';
import { type Body, bodyName, TypeNames } from './type-names.js';

/** A message class whose body a schema describes. */
export interface DescribedClass {
  /** The name of the class in TypeScript. */
  readonly className: string;
  readonly bodySchema: JsonSchema;
}

/** Something in a schema that is probably not meant. */
export interface SchemaWarning {
  readonly className: string;
  /** The JSON Pointer of the place in the schema. */
  readonly place: string;
  readonly message: string;
}

/** The types of the bodies of a package. */
export interface BodyTypes {
  /** The declarations, in TypeScript. */
  readonly declarations: readonly string[];
  readonly warnings: readonly SchemaWarning[];
}

/**
 * Describes the bodies of a package's classes as TypeScript interfaces. The body of class `Sent` is `SentBody`.
 *
 * @param taken names that other things of the package have
 */
export function describeBodies(classes: readonly DescribedClass[], taken: Iterable<string>): BodyTypes {
  const warnings: SchemaWarning[] = [];
  const bodies = classes.map(({ className, bodySchema }): Body => {
    const warn = (place: string, message: string): void => void warnings.push({ className, place, message });
    return { className, type: SchemaReader.readBody(bodySchema, warn) };
  });
  return { declarations: printTypes(new TypeNames(bodies, taken)), warnings };
}

export { bodyName };
