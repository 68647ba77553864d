import type { JsonSchema } from '../json-schema/index.js';
import { foreignTo } from '../package/index.js';
import type { BodyClass } from './body/body-class.js';
import { FILTER_HEADERS, type FilterAccessor } from './message-headers.js';
import { Severity } from './severity.js';

/** What `@MessageSchema` says of a message class. @publicApi */
export interface MessageSchemaOptions {
  /** The package that provides this class, for consumers that do not know the schema. Default: none. */
  package?: string;
  /** The topic of messages that are given none. Default: that of the class extended, or `''`. */
  topic?: string;
  /** The severity of messages that are given none. Default: that of the class extended, or INFO. */
  severity?: Severity;
  /**
   * A class-validator class that describes the body; `message.body` is then an instance of it. Enforced
   * when publishing and when receiving, next to `bodySchema` if both are given. Asynchronous
   * validators are not run. Default: that of the class extended, or none.
   */
  body?: BodyClass;
  /** A JSON Schema that describes the body. Default: that of the class extended, or none. */
  bodySchema?: JsonSchema;
  /** A JSON Schema that describes the headers. Default: that of the class extended, or none. */
  headersSchema?: JsonSchema;
  /** Whether receiving such a message logs a warning that its schema is deprecated. Default: false. */
  deprecated?: boolean;
}

/** A class that has a schema name. Each is a message class; Message asks for its type here, so Message is not named here. */
type TypedClass = abstract new (...args: never[]) => object;

/** What is known of a message class, prepared once. */
export class MessageType {
  readonly package: string | undefined;
  readonly topic: string;
  readonly severity: Severity;
  readonly bodyClass: BodyClass | undefined;
  readonly bodySchema: JsonSchema | undefined;
  readonly headersSchema: JsonSchema | undefined;
  readonly deprecated: boolean;
  private overridden: readonly FilterAccessor[] | undefined;

  constructor(
    readonly name: string,
    readonly target: TypedClass,
    options: MessageSchemaOptions,
    extended: MessageType | undefined,
    /** Where the class is decorated, if that is known. */
    private readonly file: string | undefined,
  ) {
    this.package = options.package;
    this.topic = options.topic ?? extended?.topic ?? '';
    this.severity = options.severity ?? extended?.severity ?? Severity.INFO;
    this.bodyClass = options.body ?? extended?.bodyClass;
    this.bodySchema = options.bodySchema ?? extended?.bodySchema;
    this.headersSchema = options.headersSchema ?? extended?.headersSchema;
    this.deprecated = options.deprecated ?? false;
  }

  /**
   * Whether its class is another one's, evaluated again: of the same name, in the same file. Test runners
   * that reset modules and hot reload do that.
   */
  replaces(earlier: MessageType): boolean {
    return (
      this.file !== undefined &&
      this.file === earlier.file &&
      this.name === earlier.name &&
      this.target.name !== '' &&
      this.target.name === earlier.target.name
    );
  }

  /** The class for an error: its name, and where it is. */
  get described(): string {
    return this.file === undefined ? this.target.name : `${this.target.name} (${this.file})`;
  }

  /** The accessors for filter headers that the class overrides: the others have no items. */
  get filterAccessors(): readonly FilterAccessor[] {
    this.overridden ??= (Object.keys(FILTER_HEADERS) as FilterAccessor[]).filter((accessor) =>
      isOverridden(this.target.prototype as object, accessor),
    );
    return this.overridden;
  }
}

/** Whether more than one of the classes that an object is of define it. */
export function isOverridden(prototype: object, accessor: string): boolean {
  let defining = prototype;
  while (!Object.hasOwn(defining, accessor)) defining = Object.getPrototypeOf(defining) as object;
  return accessor in (Object.getPrototypeOf(defining) as object);
}

const types = new WeakMap<TypedClass, MessageType>();
/** By schema name; the classes that claim one, without those that were evaluated again. */
const claims = new Map<string, MessageType[]>();

/**
 * Makes a class known as the one of a schema name.
 *
 * @param file where it is decorated, if that is known
 */
export function defineMessageType(
  name: string,
  target: TypedClass,
  options: MessageSchemaOptions,
  file?: string,
): void {
  const extended = types.get(Object.getPrototypeOf(target) as TypedClass);
  const type = new MessageType(name, target, options, extended, file);
  withdraw(types.get(target));
  types.set(target, type);
  const others = (claims.get(name) ?? []).filter((other) => !type.replaces(other));
  claims.set(name, [...others, type]);
}

/** A class that is decorated once more has the last name it is given. */
function withdraw(type: MessageType | undefined): void {
  if (!type) return;
  claims.set(
    type.name,
    claims.get(type.name)!.filter((other) => other !== type),
  );
}

/** @throws TypeError when the class has no schema name of its own. */
export function messageTypeOf(target: TypedClass): MessageType {
  const type = types.get(target);
  if (!type) {
    const foreign = extendsKnownClass(target)
      ? undefined
      : foreignTo(`The message class ${target.name}`, target.prototype);
    throw new TypeError(
      foreign ??
        `The message class ${target.name} has no schema name: decorate it with @MessageSchema('application.name')`,
    );
  }
  return type;
}

/** Whether the class is of this copy of the package: the base class has a schema name. */
function extendsKnownClass(target: TypedClass): boolean {
  for (let of: unknown = target; typeof of === 'function'; of = Object.getPrototypeOf(of)) {
    if (types.has(of as TypedClass)) return true;
  }
  return false;
}

/** Every message class that has been decorated; the base class first. */
export function* messageTypes(): Iterable<MessageType> {
  for (const claimants of claims.values()) yield* claimants;
}
