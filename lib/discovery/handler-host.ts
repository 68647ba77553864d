import { types } from 'node:util';
import { ConfigurationException } from '../exceptions/index.js';
import { type FoundMethod, foundMethods } from './decorated-methods.js';
import type { InstanceWrapper } from '../nest/index.js';

/** A provider or controller of the application, as what may have decorated methods. */
export class HandlerHost {
  constructor(
    readonly wrapper: InstanceWrapper<object>,
    /** Where its module keeps it. */
    readonly collection: 'providers' | 'controllers',
    readonly prototype: object,
  ) {}

  /** The class's name, for logs and errors. */
  get name(): string {
    return this.prototype.constructor.name;
  }

  /** Whether there is one instance of it, for the whole life of the application. */
  get isSingleton(): boolean {
    return !this.wrapper.isTransient && this.wrapper.isDependencyTreeStatic();
  }

  /** What a decorator of the class says. */
  classMetadata<Metadata>(key: symbol): Metadata | undefined {
    return Reflect.getMetadata(key, this.prototype.constructor) as Metadata | undefined;
  }

  /**
   * The methods that are decorated with what keeps its metadata under that key, once for each time they are; inherited
   * and overridden ones, too.
   *
   * @throws ConfigurationException when one can't be called as a method
   */
  methods<Metadata>(key: symbol): FoundMethod<Metadata>[] {
    const methods = foundMethods<Metadata>(key, this.prototype);
    for (const { method } of methods) this.assertCallable(method);
    return methods;
  }

  private assertCallable(method: string | symbol): void {
    const { get, value } = this.descriptorOf(method) ?? {};
    // What a getter gives is known when it is called.
    if (get) return;
    const name = `${this.name}.${String(method)}`;
    if (typeof value !== 'function') {
      throw new ConfigurationException(
        `${name} is decorated as a method, but is overridden by something that can't be called (${typeof value})`,
      );
    }
    if (types.isGeneratorFunction(value)) {
      throw new ConfigurationException(
        `${name} is a generator (function*), which does nothing when it is called: make it an async method, or one that returns an observable`,
      );
    }
  }

  /** A property of the instance may be in the place of a method of its class. */
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
