/**
 * Makes `instanceof` true also for instances that another copy of this package made. Handlers and their application may
 * each be installed with their own copy.
 *
 * @param kind the name of the class, the same in every copy
 */
export function knownToOtherCopies(target: abstract new (...args: never[]) => object, kind: string): void {
  const brand = Symbol.for(`nestjs-fedora-messaging:${kind}`);
  Object.defineProperty(target.prototype, brand, { value: true });
  Object.defineProperty(target, Symbol.hasInstance, {
    value(this: unknown, thing: unknown): boolean {
      // A class that extends `target` inherits this method. For such a class, `instanceof` works as usual.
      if (this !== target) return Function.prototype[Symbol.hasInstance].call(this, thing);
      return typeof thing === 'object' && thing !== null && brand in thing;
    },
  });
}
