/**
 * Makes `instanceof` hold also for what another copy of this package has made of the same class: handlers and the
 * application that calls them may have been installed with a copy each.
 *
 * @param kind the name by which the copies know the class
 */
export function knownToOtherCopies(target: abstract new (...args: never[]) => object, kind: string): void {
  const brand = Symbol.for(`nestjs-fedora-messaging:${kind}`);
  Object.defineProperty(target.prototype, brand, { value: true });
  Object.defineProperty(target, Symbol.hasInstance, {
    value(this: unknown, thing: unknown): boolean {
      // Classes that extend it inherit this, and are known to themselves only.
      if (this !== target) return Function.prototype[Symbol.hasInstance].call(this, thing);
      return typeof thing === 'object' && thing !== null && brand in thing;
    },
  });
}
