import { createRequire } from 'node:module';
import type { BodyClass } from './body-class.js';
import { type BodyRule, bodyRulesOf } from './plain-body-rules.js';

const require = createRequire(import.meta.url);

/** A property whose values are instances of a class, because `@Type` says so. */
interface TypedProperty {
  readonly name: string;
  readonly type: PlainBodyClass;
}

/**
 * Makes and checks bodies of a plain body class faster than class-transformer and class-validator, which look up every
 * decorator again for every message.
 *
 * A class is plain when class-transformer only decides the classes of nested objects: an instance then has the values
 * of the JSON. When all validators are class-validator's own and check single values, this class also checks the
 * JSON, without an instance. It accepts only bodies that class-validator accepts. For a body that it does not accept,
 * class-validator decides.
 */
export class PlainBodyClass {
  private typed: readonly TypedProperty[] = [];
  /** Undefined when the class has a validator that is custom or does not check a single value. */
  private rules: readonly BodyRule[] | undefined = [];

  private constructor(private readonly target: BodyClass) {}

  /** Undefined when the class is not plain. */
  static of(target: BodyClass): PlainBodyClass | undefined {
    try {
      return PlainBodyClass.prepare(target, new Map());
    } catch {
      // The constructor, or a function in a decorator, failed because it was called outside of the libraries.
      return undefined;
    }
  }

  /** @param known the classes that are being prepared; a class may contain itself */
  private static prepare(
    target: BodyClass,
    known: Map<BodyClass, PlainBodyClass>,
  ): PlainBodyClass | undefined {
    const earlier = known.get(target);
    if (earlier) return earlier;
    if (!isPlain(target)) return undefined;
    const plain = new PlainBodyClass(target);
    known.set(target, plain);
    const types = typesOf(target);
    if (!types) return undefined;
    const typed: TypedProperty[] = [];
    for (const [name, nested] of types) {
      const type = PlainBodyClass.prepare(nested, known);
      if (!type) return undefined;
      typed.push({ name, type });
    }
    const rules = bodyRulesOf(
      target,
      (name) => typed.find((property) => property.name === name)?.type ?? UNTYPED,
    );
    if (rules?.some(({ property }) => property in target.prototype)) return undefined;
    plain.typed = typed;
    plain.rules = rules;
    return plain;
  }

  /** Makes an instance of a JSON object, and of each object in an array. Returns other values unchanged. */
  instantiate(json: unknown): unknown {
    if (Array.isArray(json)) return json.map((item: unknown) => this.instantiate(item));
    if (typeof json !== 'object' || json === null) return json;
    const instance = this.instantiateFlat(json);
    for (const { name, type } of this.typed) {
      if (Object.hasOwn(json, name)) instance[name] = type.instantiate(instance[name]);
    }
    return instance;
  }

  /** An instance with the values of the JSON; nested objects stay plain. */
  private instantiateFlat(json: object): Record<string, unknown> {
    const instance = new this.target() as Record<string, unknown>;
    for (const name of Object.keys(json)) {
      // Like class-transformer: JSON must not replace methods and accessors of the class.
      if (name in this.target.prototype) continue;
      instance[name] = (json as Record<string, unknown>)[name];
    }
    return instance;
  }

  /**
   * Makes an instance of a body that is not accepted. Its arrays keep at most `maxItems` items that are not accepted,
   * and have holes in place of all other items. class-validator skips holes, and a hostile body may have millions of
   * items.
   *
   * @param maxItems how many items are kept at most
   * @returns undefined when the class has other validators, which may need the whole body
   */
  instantiateRefused(json: unknown, maxItems: number): unknown {
    return this.hasOwnRulesOnly() ? this.refusedPart(json, { left: maxItems }) : undefined;
  }

  private hasOwnRulesOnly(visited = new Set<PlainBodyClass>()): boolean {
    if (visited.has(this)) return true;
    visited.add(this);
    return this.rules !== undefined && this.typed.every(({ type }) => type.hasOwnRulesOnly(visited));
  }

  private refusedPart(json: unknown, items: { left: number }): unknown {
    if (Array.isArray(json)) {
      const refused: unknown[] = [];
      refused.length = json.length;
      for (let index = 0; index < json.length && items.left > 0; index++) {
        const item: unknown = json[index];
        if (this.accepts(item)) continue;
        items.left--;
        refused[index] = this.refusedPart(item, items);
      }
      return refused;
    }
    if (!isPlainObject(json)) return json;
    const instance = this.instantiateFlat(json);
    for (const { name, type } of this.typed) {
      if (Object.hasOwn(json, name)) instance[name] = type.refusedPart(instance[name], items);
    }
    return instance;
  }

  /** Whether an object is certainly valid. */
  accepts(json: unknown): boolean {
    if (!this.rules || !isPlainObject(json)) return false;
    try {
      return this.rules.every(({ property, accepts }) => accepts(json[property]));
    } catch {
      return false;
    }
  }
}

const plainClasses = new WeakMap<BodyClass, PlainBodyClass | 'not plain'>();

/** The plain form of a body class, prepared once; undefined when the class is not plain. */
export function plainBodyClassOf(bodyClass: BodyClass): PlainBodyClass | undefined {
  let plain = plainClasses.get(bodyClass);
  if (!plain) {
    plain = PlainBodyClass.of(bodyClass) ?? 'not plain';
    plainClasses.set(bodyClass, plain);
  }
  return plain === 'not plain' ? undefined : plain;
}

/** An object without a class has no rules. */
const UNTYPED = { accepts: isPlainObject };

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** Whether new instances are empty, and the class and its parents define only methods and getters. */
function isPlain(target: BodyClass): boolean {
  for (let of: object = target; of !== Function.prototype; of = Object.getPrototypeOf(of) as object) {
    if (Function.prototype.toString.call(of).endsWith('{ [native code] }')) return false;
    const { prototype } = of as BodyClass;
    for (const { value, set } of Object.values(Object.getOwnPropertyDescriptors(prototype))) {
      if (set || (value !== undefined && typeof value !== 'function')) return false;
    }
  }
  return Object.values(new target()).every((value) => value === undefined);
}

/** The classes that `@Type` gives to properties; undefined when class-transformer does more than give classes. */
function typesOf(target: BodyClass): Map<string, BodyClass> | undefined {
  // class-transformer has no public API for the metadata of its decorators. Other libraries read the same file.
  const { defaultMetadataStorage: storage } =
    require('class-transformer/cjs/storage.js') as typeof import('class-transformer/types/storage.js');
  const all = storage as unknown as Record<string, Map<object, Map<string, unknown>>>;
  const types = new Map<string, BodyClass>();
  for (let of: object = target; of !== Function.prototype; of = Object.getPrototypeOf(of) as object) {
    if (['_transformMetadatas', '_exposeMetadatas', '_excludeMetadatas'].some((name) => all[name]!.has(of))) {
      return undefined;
    }
    for (const name of all['_typeMetadatas']!.get(of)?.keys() ?? []) {
      const { typeFunction, reflectedType, options } = storage.findTypeMetadata(target, name);
      const type: unknown = typeFunction?.length === 0 ? typeFunction() : undefined;
      const isOfKind = [undefined, Object, Array, type].includes(reflectedType);
      if (typeof type !== 'function' || options?.discriminator || !isOfKind) return undefined;
      types.set(name, type as BodyClass);
    }
  }
  return types;
}
