import { inspect, isDeepStrictEqual } from 'node:util';
import { oneLine } from '../exceptions/index.js';
import type { JsonSchema } from '../json-schema/index.js';
import { foreignTo, markAsOwn } from '../package/index.js';
import { userAvatarUrl } from './avatar.js';
import { type FilterAccessor, type MessageHeaders, SENT_AT_HEADER } from './message-headers.js';
import { INTERNALS, MessageInternals } from './message-internals.js';
import { defineMessageType, messageTypeOf } from './message-type.js';
import { assertValid } from './message-validator.js';
import type { Severity } from './severity.js';
import { outgoingBody } from './wire/outgoing-body.js';
import { encodableHeaders, outgoingHeaders, shownHeaders } from './wire/outgoing-headers.js';
import { filterItems } from './wire/received-headers.js';

/** The parts of a new message. @publicApi */
export interface MessageInit<Body extends object = Record<string, unknown>> {
  /** The body, a JSON object. Default: `{}`. */
  body?: Body;
  /** The topic, at most 255 bytes of UTF-8. Default: the topic of the class. */
  topic?: string;
  /** Headers of your own; the library adds its headers. Default: none. */
  headers?: MessageHeaders;
  /** Default: the severity of the class. */
  severity?: Severity;
}

/** The form of a message in files, and as JSON. @publicApi */
export interface SerializedMessage {
  /** The topic. */
  topic: string;
  /** The body, as JSON. */
  body: unknown;
  /** The headers, with the headers of the library. */
  headers: MessageHeaders;
  /** The id, a UUID unless the publisher chose another id; null when the message has none. */
  id: string | null;
  /** The queue through which the message arrived; null for a new message. */
  queue: string | null;
  /** The AMQP priority, from 0 to 255. Default: 0 */
  priority: number;
}

/**
 * A message of Fedora's bus: a topic, headers, and a body that is a JSON object. To describe a kind of message,
 * extend this class and decorate your class with `@MessageSchema`. Override the accessors that tell people and
 * filters what the message is about. A class that declares a constructor must accept a {@link MessageInit} and pass
 * it on, because the library creates received messages with that constructor.
 *
 * @publicApi
 */
export class Message<Body extends object = Record<string, unknown>> {
  /** Words separated by dots, from general to specific. Consumers choose messages by their topic. */
  topic: string;
  /** How important the message is for people. Default: the severity of the class. */
  severity: Severity;
  /** The queue the message arrived through; null for a new message. The library sets it. */
  queue: string | null = null;

  readonly #internals: MessageInternals;

  constructor(init: MessageInit<Body> = {}) {
    const type = messageTypeOf(new.target);
    this.topic = init.topic || type.topic;
    this.severity = init.severity || type.severity;
    this.#internals = new MessageInternals(this, type, init.body ?? {}, init.headers);
  }

  /** @internal The private state of the message. */
  get [INTERNALS](): MessageInternals {
    return this.#internals;
  }

  /** A version-4 UUID. Null for a message that arrived without an id; publishing such a message gives it an id. */
  get id(): string | null {
    return this.#internals.id;
  }

  /** The library sets it; set it yourself in tests only. */
  set id(id: string | null) {
    this.#internals.id = id;
  }

  /** The body. For a class with a body class, an instance of that body class. */
  get body(): Body {
    return this.#internals.body.value as Body;
  }

  set body(body: Body) {
    this.#internals.body.set(body);
  }

  /**
   * The headers. A received message has the headers that arrived. A new message also has the headers that the library
   * writes: schema, severity, `sent-at` and priority. Publishing adds a header for each user, package and so on. To
   * change the headers of a new message, assign a new object: this getter returns a frozen copy.
   */
  get headers(): MessageHeaders {
    const headers = shownHeaders(this.#internals);
    return this.#internals.restored ? headers : Object.freeze(headers);
  }

  set headers(headers: MessageHeaders) {
    this.#internals.headers = { ...headers };
  }

  /** The AMQP priority, 0 to 255; 0 when unset. */
  get priority(): number {
    return this.#internals.priority ?? 0;
  }

  /** Null or undefined sets 0. The setting `publishPriority` does not apply then. */
  set priority(priority: number | null | undefined) {
    this.#internals.priority = priority ?? 0;
  }

  /** The encoding the body arrived in. A published body is always `utf-8`. */
  get contentEncoding(): string {
    return this.#internals.restored?.contentEncoding ?? 'utf-8';
  }

  /**
   * A JSON Schema that describes the body, if any. Each validation reads it once, so a class can override it to choose
   * a schema for each message, for example by its topic. The topic of a received message has the prefix of its bus.
   */
  get bodySchema(): JsonSchema | undefined {
    return this.#internals.type.bodySchema;
  }

  /** A JSON Schema that describes the headers, if any. Each validation reads it once. */
  get headersSchema(): JsonSchema | undefined {
    return this.#internals.type.headersSchema;
  }

  /** Whether the schema is deprecated: receiving such a message logs a warning. */
  get deprecated(): boolean {
    return this.#internals.type.deprecated;
  }

  /** One line for people, such as the subject of an e-mail. Default: the topic. */
  get summary(): string {
    return this.topic;
  }

  /** A URL about what caused the message. Default: null. */
  get url(): string | null {
    return null;
  }

  /** The name of the application that sent the message. Default: null. */
  get appName(): string | null {
    return null;
  }

  /** The URL of an icon of the application. Default: null. */
  get appIcon(): string | null {
    return null;
  }

  /** The user who caused the action. Default: null. */
  get agentName(): string | null {
    return null;
  }

  /** The URL of that user's avatar. Default: the Libravatar URL of `agentName`; null without an `agentName`. */
  get agentAvatar(): string | null {
    const { agentName } = this;
    return typeof agentName === 'string' ? userAvatarUrl(agentName) : null;
  }

  /**
   * The users affected. Notifications can be filtered by them. Default: none. A received message without a message class
   * of its own has those of its filter headers, which its publisher wrote. The same applies to the next five accessors.
   */
  get usernames(): readonly string[] {
    return this.#filterItems('usernames');
  }

  /** The groups affected. Notifications can be filtered by them. Default: as {@link usernames}. */
  get groups(): readonly string[] {
    return this.#filterItems('groups');
  }

  /** The RPM packages affected, by source package name. Notifications can be filtered by them. Default: as {@link usernames}. */
  get packages(): readonly string[] {
    return this.#filterItems('packages');
  }

  /** The container images affected. Notifications can be filtered by them. Default: as {@link usernames}. */
  get containers(): readonly string[] {
    return this.#filterItems('containers');
  }

  /** The modules affected. Notifications can be filtered by them. Default: as {@link usernames}. */
  get modules(): readonly string[] {
    return this.#filterItems('modules');
  }

  /** The flatpaks affected. Notifications can be filtered by them. Default: as {@link usernames}. */
  get flatpaks(): readonly string[] {
    return this.#filterItems('flatpaks');
  }

  /**
   * Checks headers and body against the base schemas and the schemas of the class. Publishing and receiving do the
   * same checks, so a program rarely needs to call it.
   *
   * @throws ValidationError when the message is wrong, with every failure and its path
   * @throws SchemaError when a JSON Schema of the class is itself wrong
   */
  validate(): void {
    const { json, checking } = outgoingBody(this.#internals);
    const headers = outgoingHeaders(this.#internals);
    assertValid(this.#internals, headers, json, checking);
    encodableHeaders(this.#internals, headers);
  }

  /** Whether two messages have the same class, topic, headers and body. The header `sent-at` is not compared. */
  equals(other: unknown): boolean {
    if (this === other) return true;
    if (!(other instanceof Message) || other.constructor !== this.constructor) return false;
    return (
      this.topic === other.topic &&
      isDeepStrictEqual(comparableHeaders(this.#internals), comparableHeaders(other.#internals)) &&
      isDeepStrictEqual(this.#internals.body.toJson(), other.#internals.body.toJson())
    );
  }

  /**
   * The whole message for people, such as the body of an e-mail. Default: id, topic, headers and body, with keys in
   * alphabetical order, as in the Python library.
   */
  toString(): string {
    const { id, topic, headers } = this;
    const inLines = (value: unknown): string => JSON.stringify(value, withSortedKeys, 4);
    const inOneLine = (text: string | null): string => oneLine(String(text));
    return `Id: ${inOneLine(id)}\nTopic: ${inOneLine(topic)}\nHeaders: ${inLines(headers)}\nBody: ${inLines(this.#internals.body.toJson())}`;
  }

  /** The form of the message in files, which `JSON.stringify()` writes. */
  toJSON(): SerializedMessage {
    const { topic, headers, id, queue, priority } = this;
    return { topic, body: this.#internals.body.toJson(), headers: { ...headers }, id, queue, priority };
  }

  #filterItems(accessor: FilterAccessor): readonly string[] {
    const { restored, headers } = this.#internals;
    return restored && this.constructor === Message ? filterItems(headers, accessor) : [];
  }

  /** The class and the fields of the message, for `console.log()`. */
  [inspect.custom](depth: number, options: object): string {
    return `${this.constructor.name} ${inspect(this.toJSON(), { ...options, depth })}`;
  }
}

/**
 * Checks that a value is a message.
 *
 * @param what the function that was given the value; the subject of the error's sentence
 * @throws TypeError when the value is not a message of this copy of the package
 */
export function assertMessage(what: string, message: unknown): asserts message is Message<object> {
  if (message instanceof Message) return;
  throw new TypeError(
    foreignTo(`The message that ${what} was given`, message) ??
      `${what} needs a Message, but was given ${message === null ? 'null' : typeof message}`,
  );
}

/** A replacer for JSON.stringify that sorts the keys of objects. */
function withSortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries);
}

function comparableHeaders(message: MessageInternals): MessageHeaders {
  const { [SENT_AT_HEADER]: _, ...headers } = outgoingHeaders(message);
  return headers;
}

markAsOwn(Message);
defineMessageType('base.message', Message, { package: 'fedora_messaging' });
