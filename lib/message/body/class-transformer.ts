import { createRequire } from 'node:module';
import type { BodyClass } from './body-class.js';

// class-transformer is loaded on first use: loading takes a third of an application's start.
const require = createRequire(import.meta.url);

/** How many values are made in one step. */
const VALUES_PER_STEP = 100;
/** class-transformer lists the keys of an object in a time that grows with the square of their number. */
const MAX_KEYS_AT_ONCE = 100;

/** class-transformer converts values to these types, instead of making an instance. */
const SCALARS: ReadonlySet<unknown> = new Set([String, Number, Boolean, Date, Buffer]);

type Json = Readonly<Record<string, unknown>>;

/** The metadata of `@Type` for a property. */
interface TypeMetadata {
  /** The type that TypeScript emitted for the property. */
  readonly reflectedType: unknown;
  readonly typeFunction: ((of: TypeHelp) => BodyClass | undefined) | undefined;
  readonly options: { readonly discriminator?: Discriminator; readonly keepDiscriminatorProperty?: boolean };
}

/** The argument that class-transformer gives to the function in `@Type`. */
interface TypeHelp {
  readonly newObject: unknown;
  readonly object: unknown;
  readonly property: string | undefined;
}

interface Discriminator {
  readonly property?: string;
  readonly subTypes?: readonly { readonly name: string; readonly value: BodyClass }[];
}

/** The class of a value, or how to find the class of each item of a list. */
type Target = BodyClass | TypeMetadata | undefined;

/** The part of class-transformer's TransformOperationExecutor that this file uses. */
interface Executor {
  transform(source: undefined, value: unknown, target: Target, arrayType?: unknown, isMap?: boolean): unknown;
  getKeys(target: BodyClass | undefined, object: object, isMap: boolean): string[];
  applyCustomTransformations(
    value: unknown,
    target: BodyClass | undefined,
    key: string,
    of: unknown,
    kind: number,
  ): unknown;
}

/** The part of class-transformer's storage that this file uses. */
interface Storage {
  getStrategy(target: BodyClass | undefined): 'none' | 'excludeAll' | 'exposeAll';
  getExposedMetadatas(target: BodyClass | undefined): readonly PropertyMetadata[];
  getExcludedMetadatas(target: BodyClass | undefined): readonly PropertyMetadata[];
  findTypeMetadata(target: BodyClass, property: string): TypeMetadata | undefined;
  findExposeMetadataByCustomName(target: BodyClass, name: string): PropertyMetadata | undefined;
}

interface PropertyMetadata {
  readonly propertyName: string;
}

/** The steps that make a value. A step gives the steps of a value in it, whose result comes back, or nothing. */
interface Making extends Generator<Making | undefined, unknown, unknown> {}

interface SteppedExecutor extends Executor {
  make(json: unknown, target: Target, arrayType?: unknown, isMap?: boolean): Making;
}

/**
 * Makes of JSON what class-transformer's `plainToInstance` makes of it, in steps. The JSON stays as it is:
 * class-transformer itself deletes the properties that discriminators read.
 */
export function makingInstance(bodyClass: BodyClass, json: unknown): Generator<void, object> {
  return stepsOf(newExecutor('PLAIN_TO_CLASS').make(json, bodyClass)) as Generator<void, object>;
}

/** Takes the steps of a value and of the values in it. The values in it wait in a list: their depth needs no stack. */
function* stepsOf(making: Making): Generator<void, unknown> {
  const open = [making];
  let result: unknown;
  while (open.length > 0) {
    const { done, value } = open.at(-1)!.next(result);
    if (done) {
      open.pop();
      result = value;
    } else if (value) {
      open.push(value);
      result = undefined;
    } else {
      yield;
    }
  }
  return result;
}

/** Makes of an instance what class-transformer's `instanceToPlain` makes of it. */
export function plainOf(instance: object): unknown {
  return newExecutor('CLASS_TO_PLAIN').transform(undefined, instance, undefined);
}

type Kind = keyof typeof import('class-transformer').TransformationType;

let executorClass: (new (kind: Kind) => SteppedExecutor) | undefined;

function newExecutor(kind: Kind): SteppedExecutor {
  return new (executorClass ??= steppedExecutorClass())(kind);
}

function steppedExecutorClass(): new (kind: Kind) => SteppedExecutor {
  const { TransformationType } = require('class-transformer') as typeof import('class-transformer');
  const { PLAIN_TO_CLASS } = TransformationType;
  const { TransformOperationExecutor } = require('class-transformer/cjs/TransformOperationExecutor.js') as {
    TransformOperationExecutor: new (kind: number, options: object) => Executor;
  };
  const { defaultOptions } = require('class-transformer/cjs/constants/default-options.constant.js') as {
    defaultOptions: object;
  };
  const { defaultMetadataStorage: storage } = require('class-transformer/cjs/storage.js') as {
    defaultMetadataStorage: Storage;
  };

  return class extends TransformOperationExecutor implements SteppedExecutor {
    private made = 0;

    constructor(kind: Kind) {
      super(TransformationType[kind], defaultOptions);
    }

    make(json: unknown, target: Target, arrayType?: unknown, isMap = false): Making {
      if (Array.isArray(json)) return this.makeList(json, target, arrayType);
      return isJsonObject(json) && (isMap || !SCALARS.has(target))
        ? this.makeObject(json, target as BodyClass | undefined, isMap)
        : this.makeAtOnce(json, target, isMap || json instanceof Map);
    }

    private *makeList(items: readonly unknown[], target: Target, arrayType: unknown): Making {
      // An array, a Set, or a class of the application.
      const list = this.transform(undefined, [], undefined, arrayType) as unknown[] | Set<unknown>;
      for (const item of items) {
        const [value, type] = isTypeMetadata(target)
          ? discriminated(item, target, { newObject: list, object: item, property: undefined })
          : [item, target];
        const made = isObject(value) ? yield this.make(value, type) : this.transform(undefined, value, type);
        if (list instanceof Set) list.add(made);
        else list.push(made);
        if (++this.made % VALUES_PER_STEP === 0) yield;
      }
      return list;
    }

    private *makeObject(json: Json, target: BodyClass | undefined, isMap: boolean): Making {
      const object = isMap ? new Map<string, unknown>() : target ? new target() : {};
      for (const key of this.getKeys(target, json, isMap)) {
        if (key === '__proto__' || key === 'constructor') continue;
        const name = (target && storage.findExposeMetadataByCustomName(target, key)?.propertyName) ?? key;
        if (isReadOnly(object, name)) continue;
        const metadata = target && storage.findTypeMetadata(target, name);
        const help = { newObject: object, object: json, property: name };
        const [value, type] =
          metadata && !isMap ? typed(json[key], metadata, help) : [json[key], isMap ? target : undefined];
        const isMapProperty = !isMap && metadata?.reflectedType === Map;
        const made = isObject(value)
          ? yield this.make(value, type, metadata?.reflectedType, isMapProperty)
          : this.transform(undefined, value, type, undefined, isMapProperty);
        const transformed = this.applyCustomTransformations(made, target, name, json, PLAIN_TO_CLASS);
        if (object instanceof Map) object.set(name, transformed);
        else (object as Record<string, unknown>)[name] = transformed;
        if (++this.made % VALUES_PER_STEP === 0) yield;
      }
      return object;
    }

    /** For what the application gives: JSON that was parsed has no other objects, and its dates are strings. */
    // oxlint-disable-next-line require-yield
    private *makeAtOnce(value: unknown, target: Target, isMap: boolean): Making {
      return this.transform(undefined, value, target, undefined, isMap);
    }

    /** Does what class-transformer does, in a time that is proportional to the number of keys. */
    override getKeys(target: BodyClass | undefined, object: object, isMap: boolean): string[] {
      const keys = Object.keys(object);
      if (keys.length <= MAX_KEYS_AT_ONCE || storage.getStrategy(target) === 'excludeAll') {
        return super.getKeys(target, object, isMap);
      }
      if (isMap) return keys;
      const decorated = new Set(
        [...storage.getExposedMetadatas(target), ...storage.getExcludedMetadatas(target)].map(
          ({ propertyName }) => propertyName,
        ),
      );
      const decoratedKeys = keys.filter((key) => decorated.has(key)).map((key) => [key, undefined]);
      const decided = super.getKeys(target, Object.fromEntries(decoratedKeys) as object, false);
      const kept = keys.filter((key) => !decorated.has(key) || decided.includes(key));
      const exposed = decided.filter((key) => !Object.hasOwn(object, key));
      return [...kept, ...exposed];
    }
  };
}

function isJsonObject(value: unknown): value is Json {
  return isObject(value) && Object.getPrototypeOf(value) === Object.prototype;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isTypeMetadata(target: Target): target is TypeMetadata {
  return typeof target === 'object';
}

/** The value of a property, and its class. */
function typed(value: unknown, metadata: TypeMetadata, help: TypeHelp): [unknown, Target] {
  const { property, subTypes } = metadata.options?.discriminator ?? {};
  if (property && subTypes)
    return Array.isArray(value) ? [value, metadata] : discriminated(value, metadata, help);
  const { typeFunction, reflectedType } = metadata;
  return [value, typeFunction ? typeFunction(help) : (reflectedType as BodyClass | undefined)];
}

/** A value, mostly without the property that its discriminator reads, and its class. */
function discriminated(value: unknown, metadata: TypeMetadata, help: TypeHelp): [unknown, Target] {
  const { typeFunction, options } = metadata;
  const { property, subTypes } = options.discriminator as Required<Discriminator>;
  if (!isObject(value) || Array.isArray(value) || !(property in value)) return [value, typeFunction!(help)];
  const { [property]: name, ...others } = value as Json;
  const type = subTypes.find((subType) => subType.name === name)?.value ?? typeFunction!(help);
  return [options.keepDiscriminatorProperty ? value : others, type];
}

/** Whether class-transformer leaves the property alone: it is a method, or an accessor without a setter. */
function isReadOnly(object: object, name: string): boolean {
  const { prototype } = object.constructor as { prototype?: object };
  if (!prototype) return false;
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
  return (
    (descriptor !== undefined && !descriptor.set) ||
    typeof (object as Record<string, unknown>)[name] === 'function'
  );
}
