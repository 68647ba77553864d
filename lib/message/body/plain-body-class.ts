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
 * A body class that asks class-transformer for nothing but classes of nested objects. Its instances hold what the JSON
 * holds, so that they can be made without the two libraries. If it asks class-validator for nothing but its own rules about
 * single values, they can be checked, too, and without being made: the general way of the libraries looks up every
 * decorator again for every message.
 *
 * It accepts only what class-validator accepts. What it does not accept, class-validator decides.
 */
export class PlainBodyClass {
  private typed: readonly TypedProperty[] = [];
  /** Undefined where class-validator is asked for more than its own rules. */
  private rules: readonly BodyRule[] | undefined = [];

  private constructor(private readonly target: BodyClass) {}

  /** Undefined where the class needs the libraries. */
  static of(target: BodyClass): PlainBodyClass | undefined {
    try {
      return PlainBodyClass.prepare(target, new Map());
    } catch {
      // A constructor, or a function of a decorator, that does not expect to be called by itself.
      return undefined;
    }
  }

  /** @param known those that are being prepared, for classes that contain themselves */
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

  /** Makes an object an instance of the class, each of an array too; other values are left as they are. */
  instantiate(json: unknown): unknown {
    if (Array.isArray(json)) return json.map((item: unknown) => this.instantiate(item));
    if (typeof json !== 'object' || json === null) return json;
    const instance = this.instantiateFlat(json);
    for (const { name, type } of this.typed) {
      if (Object.hasOwn(json, name)) instance[name] = type.instantiate(instance[name]);
    }
    return instance;
  }

  /** An instance with the values of the JSON, whatever classes they are to have. */
  private instantiateFlat(json: object): Record<string, unknown> {
    const instance = new this.target() as Record<string, unknown>;
    for (const name of Object.keys(json)) {
      // What class-transformer leaves out: methods and accessors of the class are not for JSON to replace.
      if (name in this.target.prototype) continue;
      instance[name] = (json as Record<string, unknown>)[name];
    }
    return instance;
  }

  /**
   * The instance of an object that is not accepted, with holes in its arrays where items are that are accepted, or that come
   * after enough that are not: class-validator passes over holes, and a hostile body may have millions of items.
   *
   * @param most how many items that are not accepted are kept
   * @returns undefined where rules of somebody's own want to see all of it
   */
  instantiateRefused(json: unknown, most: number): unknown {
    return this.hasOwnRulesOnly() ? this.refusedPart(json, { left: most }) : undefined;
  }

  private hasOwnRulesOnly(looked = new Set<PlainBodyClass>()): boolean {
    if (looked.has(this)) return true;
    looked.add(this);
    return this.rules !== undefined && this.typed.every(({ type }) => type.hasOwnRulesOnly(looked));
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

  /** Whether an object is surely valid. */
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

/** What a body class is, looked up once; undefined where it needs the libraries. */
export function plainBodyClassOf(bodyClass: BodyClass): PlainBodyClass | undefined {
  let plain = plainClasses.get(bodyClass);
  if (!plain) {
    plain = PlainBodyClass.of(bodyClass) ?? 'not plain';
    plainClasses.set(bodyClass, plain);
  }
  return plain === 'not plain' ? undefined : plain;
}

/** Objects without a class have no rules of their own. */
const UNTYPED = { accepts: isPlainObject };

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** Whether instances begin empty, and nothing but methods and getters is inherited. */
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

/** What `@Type` says of properties; undefined where class-transformer is asked for more than classes. */
function typesOf(target: BodyClass): Map<string, BodyClass> | undefined {
  // There is no public way to what the decorators wrote; this one is what others use, too.
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
