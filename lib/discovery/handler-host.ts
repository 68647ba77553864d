import { types } from 'node:util';
import { ConfigurationException } from '../exceptions/index.js';
import { type FoundMethod, foundMethods } from './decorated-methods.js';
import type { InstanceWrapper } from '../nest/index.js';

/** A provider or controller, which may have decorated methods. */
export class HandlerHost {
  constructor(
    readonly wrapper: InstanceWrapper<object>,
    /** The collection of its module that holds it. */
    readonly collection: 'providers' | 'controllers',
    readonly prototype: object,
  ) {}

  /** The class's name, for logs and errors. */
  get name(): string {
    return this.prototype.constructor.name;
  }

  /** Whether the application has one instance for its whole life. */
  get isSingleton(): boolean {
    return !this.wrapper.isTransient && this.wrapper.isDependencyTreeStatic();
  }

  /** The metadata of a class decorator. */
  classMetadata<Metadata>(key: symbol): Metadata | undefined {
    return Reflect.getMetadata(key, this.prototype.constructor) as Metadata | undefined;
  }

  /**
   * The methods with metadata under `key`, inherited and overridden methods included. A method is listed once for
   * each of its decorators.
   *
   * @throws ConfigurationException when a property of that name can't be called as a method
   */
  methods<Metadata>(key: symbol): FoundMethod<Metadata>[] {
    const methods = foundMethods<Metadata>(key, this.prototype);
    for (const { method } of methods) this.assertCallable(method);
    return methods;
  }

  private assertCallable(method: string | symbol): void {
    const { get, value } = this.descriptorOf(method) ?? {};
    // The value of a getter is known only when it is read.
    if (get) return;
    const name = `${this.name}.${String(method)}`;
    if (typeof value !== 'function') {
      throw new ConfigurationException(
        `${name} is decorated as a method, but its value is now ${value === null ? 'null' : `a ${typeof value}`}: do not override it with a property`,
      );
    }
    if (types.isGeneratorFunction(value)) {
      throw new ConfigurationException(
        `${name} is a generator (function*), which does nothing when it is called: make it async, or return an observable`,
      );
    }
  }

  /** Finds the property, also an own property of the instance that hides the class's method. */
  private descriptorOf(method: string | symbol): PropertyDescriptor | undefined {
    const instance = this.isSingleton ? (this.wrapper.instance as object | undefined) : undefined;
    for (
      let of: object | null = instance ?? this.prototype;
      of;
      of = Object.getPrototypeOf(of) as object | null
    ) {
      const descriptor = Object.getOwnPropertyDescriptor(of, method);
      if (descriptor) return descriptor;
    }
    return undefined;
  }
}
