import { randomUUID } from 'node:crypto';
import type { JsonSchema } from '../json-schema/index.js';
import { MessageBody } from './body/message-body.js';
import type { FilterAccessor, MessageHeaders } from './message-headers.js';
import type { MessageType } from './message-type.js';
import type { Severity } from './severity.js';
import type { PassedOnProperties } from './wire/passed-on-properties.js';

/** The key of a message's {@link MessageInternals}, which only this room uses. */
export const INTERNALS = Symbol('fedora-messaging:internals');

/** The public properties of a message that decide how it is checked and written. Classes override some of them. */
export interface MessageFace extends Readonly<Record<FilterAccessor, readonly string[]>> {
  readonly id: string | null;
  readonly topic: string;
  readonly severity: Severity;
  readonly headersSchema: JsonSchema | undefined;
  readonly bodySchema: JsonSchema | undefined;
}

/** The original of a message that came from the wire or from a file. */
export interface Restored {
  readonly id: string | null;
  readonly queue: string | null;
  readonly priority: number | undefined;
  readonly headers: MessageHeaders;
  /** Whether no class here has the schema that the message names. The message then keeps its schema headers. */
  readonly isOfUnknownSchema: boolean;
  /** The encoding of the body on the wire. */
  readonly contentEncoding: string;
  /** The JSON text of the body, unchanged. */
  readonly bodyText: string;
  /** The AMQP properties of the delivery; undefined for a message from a file. */
  readonly properties?: PassedOnProperties;
}

const NO_HEADERS: MessageHeaders = Object.freeze({});

/** The private state of a message: what validation, the wire form and the file form need. */
export class MessageInternals {
  readonly body: MessageBody;
  id: string | null = randomUUID();
  /** For a new message, the headers that its author gave; for a received message, all headers. */
  headers: MessageHeaders;
  /** The priority of the message itself; undefined when unset. */
  priority: number | undefined = undefined;
  restored: Restored | undefined = undefined;
  /** The time of creation, in milliseconds since 1970. */
  readonly createdAt: number = Date.now();

  constructor(
    readonly face: MessageFace,
    readonly type: MessageType,
    body: unknown,
    headers: MessageHeaders | undefined,
  ) {
    this.body = new MessageBody(type.bodyClass, body);
    this.headers = headers ? { ...headers } : NO_HEADERS;
  }

  /** Turns a new message into the message that came from the wire or from a file. */
  restore(restored: Restored): void {
    this.restored = restored;
    this.id = restored.id;
    this.priority = restored.priority;
    this.headers = restored.headers;
  }
}
