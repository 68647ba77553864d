import { randomUUID } from 'node:crypto';
import { inspect, isDeepStrictEqual } from 'node:util';
import { describeError, oneLine } from '../exceptions/index.js';
import type { JsonSchema } from '../json-schema/index.js';
import { LibraryLogger } from '../logging/index.js';
import { foreignTo, markAsOwn } from '../package-copies.js';
import { userAvatarUrl } from './avatar.js';
import { fromBodyInstance, toBodyInstance } from './body/class-validation.js';
import {
  FILTER_HEADERS,
  type MessageHeaders,
  PRIORITY_HEADER,
  SCHEMA_HEADER,
  SCHEMA_PACKAGE_HEADER,
  SENT_AT_HEADER,
  sentAt,
  SEVERITY_HEADER,
} from './message-headers.js';
import { defineMessageType, type MessageClass, type MessageType, messageTypeOf } from './message-type.js';
import { assertValid } from './message-validator.js';
import { outgoingBody } from './wire/outgoing-body.js';
import { encodableHeaders } from './wire/outgoing-headers.js';
import { passedOn, type PassedOnProperties } from './wire/passed-on-properties.js';
import type { Severity } from './severity.js';

/** What a message is made of. @publicApi */
export interface MessageInit<Body extends object = Record<string, unknown>> {
  /** The body, a JSON object. Default: `{}`. */
  body?: Body;
  /** The topic, at most 255 bytes of UTF-8. Default: that of the class. */
  topic?: string;
  /** Headers of your own, next to those the library writes. Default: none. */
  headers?: MessageHeaders;
  /** Default: that of the class. */
  severity?: Severity;
}

/** The original of a message that came from the wire or from a file. */
export interface Restored {
  readonly id: string | null;
  readonly queue: string | null;
  readonly priority: number | undefined;
  readonly headers: MessageHeaders;
  /** Whether the schema it names is not known here: its schema headers are then kept. */
  readonly isOfUnknownSchema: boolean;
  /** The encoding its body came in. */
  readonly contentEncoding: string;
  /** The JSON text of the body as it came. */
  readonly bodyText: string;
  /** The AMQP properties it came with; none for one from a file. */
  readonly properties?: PassedOnProperties;
}

/** The form of a message in files, and as JSON. @publicApi */
export interface SerializedMessage {
  topic: string;
  body: unknown;
  headers: MessageHeaders;
  id: string | null;
  queue: string | null;
  priority: number;
}

/** Makes a new message the one that came from the wire or from a file. */
export let restoreMessage: (message: Message<object>, restored: Restored) => void;

/** The headers as they go out: what the caller passed, under what the library writes. */
export let outgoingHeaders: (message: Message<object>, defaultPriority?: number) => MessageHeaders;

/** The headers as files have them: of a received message as they came, of others as they would be published. */
export let writtenHeaders: (message: Message<object>) => MessageHeaders;

/** The AMQP properties that a received message keeps when it is published again, if it came with any. */
export let passedOnProperties: (message: Message<object>) => PassedOnProperties | undefined;

/** The body as JSON has it. */
export let jsonBody: (message: Message<object>) => unknown;

/** Whether the body is an instance of its class already; it is made one when somebody asks for it. */
export let hasBodyInstance: (message: Message<object>) => boolean;

/** The priority, undefined when unset. */
export let setPriority: (message: Message<object>) => number | undefined;

/**
 * The JSON text that the body came as, unless the body has been changed since. Passing it on loses
 * nothing that JSON.parse would: integers beyond 2^53, `1.0`.
 */
export let originalBodyText: (message: Message<object>) => string | undefined;

/**
 * A message of Fedora's bus: a topic, headers, and a body that is a JSON object. Extend it and decorate
 * the class with `@MessageSchema` to describe messages of a kind; override the accessors that say, for
 * people and for filters, what such a message is about. A class that declares a constructor must accept
 * a {@link MessageInit} and pass it on, because received messages are made by it too.
 *
 * @publicApi
 */
export class Message<Body extends object = Record<string, unknown>> {
  private static readonly logger = new LibraryLogger();

  /** Words separated by dots, from general to specific; consumers choose messages by it. */
  topic: string;
  severity: Severity;
  /** The queue the message arrived through; null for one that did not arrive. Set by the library. */
  queue: string | null = null;

  readonly #type: MessageType;
  #id: string | null | undefined;
  #headers: MessageHeaders = {};
  #priority: number | undefined;
  /** The body as JSON has it. */
  #json: unknown;
  /** The same as an instance of the body class, once somebody asked for it; it is then the valid one. */
  #instance: object | undefined;
  readonly #createdAt: number = Date.now();
  #restored: Restored | undefined;

  constructor(init: MessageInit<Body> = {}) {
    this.#type = messageTypeOf(new.target as unknown as MessageClass);
    this.topic = init.topic || this.#type.topic;
    this.severity = init.severity || this.#type.severity;
    this.headers = init.headers ?? {};
    this.#setBody(init.body ?? {});
  }

  /** A version-4 UUID. Null for a message that arrived without one; publishing it then gives it one. */
  get id(): string | null {
    if (this.#id === undefined) this.#id = randomUUID();
    return this.#id;
  }

  /** The library sets it; set it yourself in tests only. */
  set id(id: string | null) {
    this.#id = id;
  }

  /** The body: an instance of the schema's body class if it has one. */
  get body(): Body {
    const { bodyClass } = this.#type;
    if (!bodyClass || typeof this.#json !== 'object') return this.#json as Body;
    this.#instance ??= toBodyInstance(bodyClass, this.#json);
    return this.#instance as Body;
  }

  set body(body: Body) {
    this.#setBody(body);
  }

  /**
   * The headers: of a received message as they arrived, of a new one with those that the library writes
   * (schema, severity, `sent-at`, priority; at publishing also one for each user, package and so on).
   */
  get headers(): MessageHeaders {
    return this.#restored ? this.#headers : this.#writeHeaders(this.#headers, this.#priority);
  }

  set headers(headers: MessageHeaders) {
    this.#headers = { ...headers };
  }

  /** The AMQP priority, 0 to 255; 0 when unset. */
  get priority(): number {
    return this.#priority ?? 0;
  }

  /** Null or undefined sets 0, whatever the priority of messages without one is. */
  set priority(priority: number | null | undefined) {
    this.#priority = priority ?? 0;
  }

  /** The encoding the body arrived in; what is published is always `utf-8`. */
  get contentEncoding(): string {
    return this.#restored?.contentEncoding ?? 'utf-8';
  }

  /** A JSON Schema that describes the body, if there is one; read once per validation. */
  get bodySchema(): JsonSchema | undefined {
    return this.#type.bodySchema;
  }

  /** A JSON Schema that describes the headers, if there is one; read once per validation. */
  get headersSchema(): JsonSchema | undefined {
    return this.#type.headersSchema;
  }

  /** Whether the schema is deprecated: receiving such a message logs a warning. */
  get deprecated(): boolean {
    return this.#type.deprecated;
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

  /** The URL of that user's avatar. Default: the Libravatar one of `agentName`; null without. */
  get agentAvatar(): string | null {
    const { agentName } = this;
    return typeof agentName === 'string' ? userAvatarUrl(agentName) : null;
  }

  /** The users affected. Notifications are filtered by it. Default: none. */
  get usernames(): readonly string[] {
    return [];
  }

  /** The groups affected. Notifications are filtered by it. Default: none. */
  get groups(): readonly string[] {
    return [];
  }

  /** The RPM packages affected, by source package name. Notifications are filtered by it. Default: none. */
  get packages(): readonly string[] {
    return [];
  }

  /** The container images affected. Notifications are filtered by it. Default: none. */
  get containers(): readonly string[] {
    return [];
  }

  /** The modules affected. Notifications are filtered by it. Default: none. */
  get modules(): readonly string[] {
    return [];
  }

  /** The flatpaks affected. Notifications are filtered by it. Default: none. */
  get flatpaks(): readonly string[] {
    return [];
  }

  /**
   * Checks headers and body against the base schemas and those of the class. Publishing and receiving do
   * it by themselves.
   *
   * @throws ValidationError when the message is wrong, with every failure and its path
   * @throws SchemaError when a JSON Schema of the class is itself wrong
   */
  validate(): void {
    const { json, checking } = outgoingBody(this);
    const headers = outgoingHeaders(this);
    assertValid(this, headers, json, checking);
    encodableHeaders(this, headers);
  }

  /** Whether both are of the same class, with the same topic, headers and body; `sent-at` is left out. */
  equals(other: unknown): boolean {
    if (this === other) return true;
    if (!(other instanceof Message) || other.constructor !== this.constructor) return false;
    return (
      this.topic === other.topic &&
      isDeepStrictEqual(comparableHeaders(this), comparableHeaders(other)) &&
      isDeepStrictEqual(jsonBody(this), jsonBody(other))
    );
  }

  /** The whole message for people, as the body of an e-mail. Default: id, topic, headers and body. */
  toString(): string {
    const { id, topic, headers } = this;
    const inLines = (value: unknown): string => JSON.stringify(value, null, 4);
    const inOneLine = (text: string | null): string => oneLine(String(text));
    return `Id: ${inOneLine(id)}\nTopic: ${inOneLine(topic)}\nHeaders: ${inLines(headers)}\nBody: ${inLines(jsonBody(this))}`;
  }

  toJSON(): SerializedMessage {
    const { topic, headers, id, queue, priority } = this;
    return { topic, body: jsonBody(this), headers, id, queue, priority };
  }

  [inspect.custom](depth: number, options: object): string {
    return `${this.constructor.name} ${inspect(this.toJSON(), { ...options, depth })}`;
  }

  #setBody(body: unknown): void {
    const { bodyClass } = this.#type;
    this.#instance = bodyClass && body instanceof bodyClass ? body : undefined;
    this.#json = body;
  }

  #writeHeaders(headers: MessageHeaders, priority: number | undefined): MessageHeaders {
    if (!this.#restored?.isOfUnknownSchema) {
      headers[SCHEMA_HEADER] = this.#type.name;
      if (this.#type.package !== undefined) headers[SCHEMA_PACKAGE_HEADER] = this.#type.package;
    }
    headers[SEVERITY_HEADER] = this.severity;
    if (!this.#restored) headers[SENT_AT_HEADER] = sentAt(this.#createdAt);
    headers[PRIORITY_HEADER] = priority ?? 0;
    return headers;
  }

  #writeFilterHeaders(headers: MessageHeaders): void {
    for (const accessor of this.#type.filterAccessors) {
      try {
        for (const item of this[accessor]) headers[FILTER_HEADERS[accessor] + item] = true;
      } catch (error) {
        Message.logger.warn(
          `The accessor '${accessor}' of ${this.constructor.name} failed; message ${this.id} goes without its filter headers: ${describeError(error)}`,
        );
      }
    }
  }

  // What the codec and the file format need of a message's insides, without making it public.
  static {
    restoreMessage = (message, restored) => {
      message.#restored = restored;
      message.#id = restored.id;
      message.queue = restored.queue;
      message.#priority = restored.priority;
      message.#headers = restored.headers;
    };
    outgoingHeaders = (message, defaultPriority) => {
      const headers = message.#writeHeaders({ ...message.#headers }, message.#priority ?? defaultPriority);
      message.#writeFilterHeaders(headers);
      return headers;
    };
    writtenHeaders = (message) =>
      message.#restored?.properties ? message.#headers : outgoingHeaders(message);
    passedOnProperties = (message) => {
      const properties = message.#restored?.properties;
      return properties && passedOn(properties);
    };
    jsonBody = (message) => (message.#instance ? fromBodyInstance(message.#instance) : message.#json);
    hasBodyInstance = (message) => message.#instance !== undefined;
    setPriority = (message) => message.#priority;
    originalBodyText = (message) => {
      const text = message.#restored?.bodyText;
      if (text === undefined) return undefined;
      const original: unknown = JSON.parse(text);
      const { bodyClass } = message.#type;
      const untouched =
        message.#instance && bodyClass ? fromBodyInstance(toBodyInstance(bodyClass, original)) : original;
      return JSON.stringify(untouched) === JSON.stringify(jsonBody(message)) ? text : undefined;
    };
  }
}

/**
 * @param what the sentence's subject: who was given it
 * @throws TypeError when it is not a message of this copy of the package
 */
export function assertMessage(what: string, message: unknown): asserts message is Message<object> {
  if (message instanceof Message) return;
  throw new TypeError(
    foreignTo(`The message that ${what} was given`, message) ??
      `${what} needs a Message, but was given ${message === null ? 'null' : typeof message}`,
  );
}

function comparableHeaders(message: Message<object>): MessageHeaders {
  const { [SENT_AT_HEADER]: _, ...headers } = outgoingHeaders(message);
  return headers;
}

markAsOwn(Message);
defineMessageType('base.message', Message as MessageClass, { package: 'fedora_messaging' });
