/** A method that is decorated by one of this library's decorators. */
export interface DecoratedMethod {
  readonly prototype: object;
  readonly method: string;
  /** As it is written: `@Consumer`. */
  readonly decorator: string;
}

const declared: DecoratedMethod[] = [];

/** Keeps what a decorator says of a method, for {@link HandlerHost.methods}. */
export function decorateMethod(
  decorator: string,
  key: symbol,
  metadata: unknown,
  prototype: object,
  method: string | symbol,
  descriptor: PropertyDescriptor,
): void {
  Reflect.defineMetadata(key, metadata, descriptor.value as object);
  declared.push({ prototype, method: String(method), decorator });
}

/** Every decorated method there is, whether or not its class is provided anywhere. */
export function decoratedMethods(): readonly DecoratedMethod[] {
  return declared;
}
