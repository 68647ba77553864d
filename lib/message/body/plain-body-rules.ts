import { createRequire } from 'node:module';
import type { BodyClass } from './body-class.js';

type Library = typeof import('class-validator');
type Storage = ReturnType<Library['getMetadataStorage']>;
type Metadata = ReturnType<Storage['getTargetValidationMetadatas']>[number];
type Test = (value: unknown) => boolean;

const require = createRequire(import.meta.url);

/** The check of a property's value; it combines all decorators of the property. */
export interface BodyRule {
  readonly property: string;
  readonly accepts: Test;
}

/**
 * The checks of a class's properties, made of class-validator's own validators. Undefined when a validator is custom,
 * asynchronous, or needs the whole object.
 *
 * @param nestedOf gives the check of the objects in a property with `@ValidateNested`
 */
export function bodyRulesOf(
  target: BodyClass,
  nestedOf: (property: string) => { accepts(value: unknown): boolean },
): BodyRule[] | undefined {
  const library = require('class-validator') as Library;
  const storage = library.getMetadataStorage();
  const metadatas = storage.getTargetValidationMetadatas(target, '', false, false);
  const rules: BodyRule[] = [];
  for (const [property, ofProperty] of Object.entries(storage.groupByPropertyName(metadatas))) {
    const tests: Test[] = [];
    let isOptional = false;
    for (const metadata of ofProperty) {
      if (metadata.type === library.ValidationTypes.WHITELIST) continue;
      if (metadata.name === library.IS_OPTIONAL) {
        isOptional = true;
        continue;
      }
      const test =
        metadata.type === library.ValidationTypes.NESTED_VALIDATION
          ? nestedTest(nestedOf(property))
          : ownTest(metadata, library, storage);
      if (!test) return undefined;
      tests.push(test);
    }
    const all: Test = tests.length === 1 ? tests[0]! : (value) => tests.every((test) => test(value));
    const accepts: Test = isOptional ? (value) => value === undefined || value === null || all(value) : all;
    rules.push({ property, accepts });
  }
  return rules;
}

function nestedTest(nested: { accepts(value: unknown): boolean }): Test {
  const ofItem: Test = (value) => (Array.isArray(value) ? value.every(ofItem) : nested.accepts(value));
  return (value) => value === undefined || ofItem(value);
}

/** The check of a decorator of class-validator; undefined when the decorator is custom or asynchronous. */
function ownTest(metadata: Metadata, library: Library, storage: Storage): Test | undefined {
  if (!isOwn(metadata, library)) return undefined;
  const { propertyName: property, constraints, each } = metadata;
  const [constraint, ...others] = storage.getTargetValidatorConstraints(metadata.constraintCls);
  if (!constraint || constraint.async || others.length > 0) return undefined;
  const { instance } = constraint;
  // class-validator's own validators read nothing else. A validator that does throws, and class-validator decides.
  const args = { property, constraints, targetName: '', value: undefined, object: undefined as never };
  const test: Test = (value) => instance.validate(value, args) === true;
  if (!each) return test;
  return (value) => {
    if (value instanceof Set || value instanceof Map) return false;
    return Array.isArray(value) ? value.every(test) : test(value);
  };
}

function isOwn(metadata: Metadata & { validateIf?: unknown }, library: Library): boolean {
  const { name, type, validateIf } = metadata;
  if (validateIf !== undefined || name === undefined || !ownNames(library).has(name)) return false;
  return type === library.ValidationTypes.CUSTOM_VALIDATION || type === library.ValidationTypes.IS_DEFINED;
}

let names: ReadonlySet<string> | undefined;

/** The names of class-validator's own decorators, except `@IsNotEmptyObject`, which depends on an object's keys. */
function ownNames(library: Library): ReadonlySet<string> {
  if (!names) {
    const exported: unknown[] = Object.entries(library)
      .filter(([name]) => name === name.toUpperCase())
      .map(([, value]) => value);
    names = new Set(exported.filter((value) => typeof value === 'string'));
    (names as Set<string>).delete(library.IS_NOT_EMPTY_OBJECT);
  }
  return names;
}
