import type { InstanceWrapper } from '@nestjs/core/internal';

/** A method that was found, with what its decorator says. */
export interface FoundMethod<Metadata> {
  readonly method: string;
  readonly metadata: Metadata;
}

/** A provider or controller of the application, as what may have decorated methods. */
export class HandlerHost {
  constructor(
    readonly wrapper: InstanceWrapper<object>,
    /** Where its module keeps it. */
    readonly collection: 'providers' | 'controllers',
    readonly prototype: object,
    private readonly methodNames: readonly string[],
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

  /** The methods that are decorated with what keeps its metadata under that key; inherited ones, too. */
  methods<Metadata>(key: symbol): FoundMethod<Metadata>[] {
    return this.methodNames.flatMap((method) => {
      const callback = (this.prototype as Record<string, object>)[method]!;
      const metadata = Reflect.getMetadata(key, callback) as Metadata | undefined;
      return metadata === undefined ? [] : [{ method, metadata }];
    });
  }
}
