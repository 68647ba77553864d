import { ConfigurationException } from '../exceptions/index.js';

/** A method with one of this library's decorators. */
export interface DecoratedMethod {
  readonly prototype: object;
  readonly method: string | symbol;
  /** The decorator as it is written: `@Consumer`. */
  readonly decorator: string;
  /** Whether the method is disabled on purpose in this process. */
  readonly isLeftOut: () => boolean;
}

/** A method that was found, with the metadata of one of its decorators. */
export interface FoundMethod<Metadata> {
  readonly method: string | symbol;
  readonly metadata: Metadata;
}

/** Refuses a static method, and tells its author so. @publicApi */
export type NotStatic<Host> = Host extends Function
  ? "A static method belongs to no provider: remove 'static'"
  : unknown;

/** The metadata of a class's decorated methods: by method, one entry for each decorator, from top to bottom. */
type DecoratedMethods = Map<string | symbol, unknown[]>;

const declared: DecoratedMethod[] = [];

/**
 * Stores a decorator's metadata for {@link foundMethods}. It is stored by class and method name: another decorator
 * may replace the function, and a subclass may override it.
 *
 * @param isLeftOut whether the method is disabled on purpose, so that its class need not be provided
 * @throws ConfigurationException when the decorated thing is not an instance method
 */
export function decorateMethod(
  decorator: string,
  key: symbol,
  metadata: unknown,
  prototype: object,
  method: string | symbol,
  descriptor: PropertyDescriptor | undefined,
  isLeftOut: () => boolean = () => false,
): void {
  assertMethod(decorator, prototype, method, descriptor);
  let methods = Reflect.getOwnMetadata(key, prototype) as DecoratedMethods | undefined;
  if (!methods) {
    methods = new Map();
    Reflect.defineMetadata(key, methods, prototype);
  }
  const list = methods.get(method);
  // The lowest decorator is evaluated first.
  if (list) list.unshift(metadata);
  else methods.set(method, [metadata]);
  declared.push({ prototype, method, decorator, isLeftOut });
}

/** All decorated methods, whether or not their classes are provided. */
export function decoratedMethods(): readonly DecoratedMethod[] {
  return declared;
}

/**
 * The decorated methods of a class and their metadata under `key`. For a method that several classes of the prototype
 * chain decorate, the nearest class counts.
 */
export function foundMethods<Metadata>(key: symbol, prototype: object): FoundMethod<Metadata>[] {
  const found = new Map<string | symbol, Metadata[]>();
  for (let of: object | null = prototype; of; of = Object.getPrototypeOf(of) as object | null) {
    const methods = Reflect.getOwnMetadata(key, of) as DecoratedMethods | undefined;
    for (const [method, list] of methods ?? []) if (!found.has(method)) found.set(method, list as Metadata[]);
  }
  return [...found].flatMap(([method, list]) => list.map((metadata) => ({ method, metadata })));
}

function assertMethod(
  decorator: string,
  prototype: object,
  method: string | symbol,
  descriptor: PropertyDescriptor | undefined,
): void {
  assertLegacyDecorator(decorator, method);
  const isStatic = typeof prototype === 'function';
  const isMethod = descriptor !== undefined && (descriptor.get || typeof descriptor.value === 'function');
  if (isMethod && !isStatic) return;
  const { name } = (isStatic ? prototype : prototype.constructor) as { name: string };
  const problem = isMethod
    ? "a static method, which belongs to no provider: remove 'static'"
    : `a ${isStatic ? 'static ' : ''}property: write it as a method of the class, ${String(method)}(…) { … }`;
  throw new ConfigurationException(`${decorator} decorates ${name}.${String(method)}, ${problem}`);
}

/** A standard decorator receives a context object in place of the method's name. */
function assertLegacyDecorator(decorator: string, method: unknown): void {
  if (typeof method !== 'object' || method === null) return;
  const { kind, name } = method as { kind?: unknown; name?: unknown };
  throw new ConfigurationException(
    `${decorator} decorates the ${String(kind)} ${String(name)} as a standard decorator, but Nest uses legacy decorators: set "experimentalDecorators": true in tsconfig.json, or the same option of your compiler`,
  );
}
