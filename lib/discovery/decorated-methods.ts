import { ConfigurationException } from '../exceptions/index.js';

/** A method that is decorated by one of this library's decorators. */
export interface DecoratedMethod {
  readonly prototype: object;
  readonly method: string | symbol;
  /** As it is written: `@Consumer`. */
  readonly decorator: string;
  /** Whether its author wants nothing of it in this process. */
  readonly isLeftOut: () => boolean;
}

/** A method that was found, with what one of its decorators says. */
export interface FoundMethod<Metadata> {
  readonly method: string | symbol;
  readonly metadata: Metadata;
}

/** Refuses a static method, and tells its author so. @publicApi */
export type NotStatic<Host> = Host extends Function
  ? "A static method belongs to no provider: remove 'static'"
  : unknown;

/** By method, what each of its decorators says, as they are written from top to bottom. */
type DecoratedMethods = Map<string | symbol, unknown[]>;

const declared: DecoratedMethod[] = [];

/**
 * Keeps what a decorator says of a method, for {@link foundMethods}: by class and name, because another decorator may
 * put another function into the place of the method, and a subclass may override it.
 *
 * @param isLeftOut whether the method is left out on purpose, so that nobody needs to provide its class
 * @throws ConfigurationException when it is not a method of instances
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
  const said = methods.get(method);
  // The lowest decorator is evaluated first.
  if (said) said.unshift(metadata);
  else methods.set(method, [metadata]);
  declared.push({ prototype, method, decorator, isLeftOut });
}

/** Every decorated method there is, whether or not its class is provided anywhere. */
export function decoratedMethods(): readonly DecoratedMethod[] {
  return declared;
}

/** What the decorators with that key say of the methods of a class; of those that it inherits, what the nearest class says. */
export function foundMethods<Metadata>(key: symbol, prototype: object): FoundMethod<Metadata>[] {
  const found = new Map<string | symbol, Metadata[]>();
  for (let of: object | null = prototype; of; of = Object.getPrototypeOf(of) as object | null) {
    const methods = Reflect.getOwnMetadata(key, of) as DecoratedMethods | undefined;
    for (const [method, said] of methods ?? []) if (!found.has(method)) found.set(method, said as Metadata[]);
  }
  return [...found].flatMap(([method, said]) => said.map((metadata) => ({ method, metadata })));
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

/** What a compiler makes of a standard decorator gives it a context object in the place of the method's name. */
function assertLegacyDecorator(decorator: string, method: unknown): void {
  if (typeof method !== 'object' || method === null) return;
  const { kind, name } = method as { kind?: unknown; name?: unknown };
  throw new ConfigurationException(
    `${decorator} decorates the ${String(kind)} ${String(name)} as a standard decorator, but Nest has legacy decorators: set "experimentalDecorators": true in tsconfig.json, or its like of your compiler`,
  );
}
