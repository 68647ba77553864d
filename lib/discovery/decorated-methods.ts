/** A method that is decorated by one of this library's decorators. */
export interface DecoratedMethod {
  readonly prototype: object;
  readonly method: string | symbol;
  /** As it is written: `@Consumer`. */
  readonly decorator: string;
}

/** A method that was found, with what one of its decorators says. */
export interface FoundMethod<Metadata> {
  readonly method: string | symbol;
  readonly metadata: Metadata;
}

/** By method, what each of its decorators says, as they are written from top to bottom. */
type DecoratedMethods = Map<string | symbol, unknown[]>;

const declared: DecoratedMethod[] = [];

/**
 * Keeps what a decorator says of a method, for {@link foundMethods}: by class and name, because another decorator may
 * put another function into the place of the method, and a subclass may override it.
 *
 * @throws TypeError when it is no method of instances
 */
export function decorateMethod(
  decorator: string,
  key: symbol,
  metadata: unknown,
  prototype: object,
  method: string | symbol,
  descriptor: PropertyDescriptor | undefined,
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
  declared.push({ prototype, method, decorator });
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
  const isStatic = typeof prototype === 'function';
  if (!isStatic && descriptor && (descriptor.get || typeof descriptor.value === 'function')) return;
  const { name } = (isStatic ? prototype : prototype.constructor) as { name: string };
  const problem = isStatic ? 'is static, and belongs to no provider' : 'is no method';
  throw new TypeError(
    `${decorator} decorates ${name}.${String(method)}, which ${problem}: decorate a method of the class's instances`,
  );
}
