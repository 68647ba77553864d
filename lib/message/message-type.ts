import type { JsonSchema } from '../json-schema/index.js';
import { foreignTo } from '../package/index.js';
import type { BodyClass } from './body/body-class.js';
import { FILTER_HEADERS, type FilterAccessor } from './message-headers.js';
import { Severity } from './severity.js';

/** The options of `@MessageSchema`. @publicApi */
export interface MessageSchemaOptions {
  /** The package that provides this class; consumers that do not know the schema log it. Default: none. */
  package?: string;
  /** The topic of messages created without a topic. Default: the topic of the parent class, or `''`. */
  topic?: string;
  /** The severity of messages created without a severity. Default: the severity of the parent class, or INFO. */
  severity?: Severity;
  /**
   * A class-validator class that describes the body; `message.body` is then an instance of it. Publishing and
   * receiving check it, and also check `bodySchema` if both are given. Asynchronous validators are not run.
   * Default: the body class of the parent class, or none.
   */
  body?: BodyClass;
  /** A JSON Schema that describes the body. Default: the body schema of the parent class, or none. */
  bodySchema?: JsonSchema;
  /** A JSON Schema that describes the headers. Default: the headers schema of the parent class, or none. */
  headersSchema?: JsonSchema;
  /** Whether receiving such a message logs a warning that its schema is deprecated. Default: false. */
  deprecated?: boolean;
}

const KNOWN: Readonly<Record<keyof MessageSchemaOptions, true>> = {
  package: true,
  topic: true,
  severity: true,
  body: true,
  bodySchema: true,
  headersSchema: true,
  deprecated: true,
};

/** The keys of the options of `@MessageSchema`. */
export const MESSAGE_SCHEMA_KEYS: readonly string[] = Object.keys(KNOWN);

/** A message class. It is not typed with Message, because message.ts imports this file. */
type TypedClass = abstract new (...args: never[]) => object;

/** The options of a message class, with those that it inherits. */
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
    /** The file where the class is decorated, if known. */
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
   * Whether this class is the earlier class evaluated again: it has the same name and is in the same file. Hot reload
   * and test runners that reset modules evaluate classes again.
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

  /** The class for an error text: its name, and its file if known. */
  get described(): string {
    return this.file === undefined ? this.target.name : `${this.target.name} (${this.file})`;
  }

  /** The accessors for filter headers that the class overrides. Accessors that it does not override have no items. */
  get filterAccessors(): readonly FilterAccessor[] {
    this.overridden ??= (Object.keys(FILTER_HEADERS) as FilterAccessor[]).filter((accessor) =>
      isOverridden(this.target.prototype as object, accessor),
    );
    return this.overridden;
  }
}

/** Whether a class of the prototype chain overrides an accessor that it inherits. */
export function isOverridden(prototype: object, accessor: string): boolean {
  let defining = prototype;
  while (!Object.hasOwn(defining, accessor)) defining = Object.getPrototypeOf(defining) as object;
  return accessor in (Object.getPrototypeOf(defining) as object);
}

const types = new WeakMap<TypedClass, MessageType>();
/** The types that claim a schema name, by that name. A type that was evaluated again is there once. */
const claims = new Map<string, MessageType[]>();

/**
 * Gives a message class its schema name and options.
 *
 * @param file the file where the class is decorated, if known
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

/** A class that is decorated twice gives up its first name. */
function withdraw(type: MessageType | undefined): void {
  if (!type) return;
  claims.set(
    type.name,
    claims.get(type.name)!.filter((other) => other !== type),
  );
}

/** @throws TypeError when the class has no schema name of its own. */
export function messageTypeOf(target: TypedClass): MessageType {
  const type = findMessageType(target);
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

/** The type of a class; undefined for an undecorated class, such as an abstract base class. */
export function findMessageType(target: TypedClass): MessageType | undefined {
  return types.get(target);
}

/** Whether the class extends the Message of this copy of the package. */
function extendsKnownClass(target: TypedClass): boolean {
  for (let of: unknown = target; typeof of === 'function'; of = Object.getPrototypeOf(of)) {
    if (types.has(of as TypedClass)) return true;
  }
  return false;
}

/** The type of every decorated message class; the base class comes first. */
export function* messageTypes(): Iterable<MessageType> {
  for (const claimants of claims.values()) yield* claimants;
}
