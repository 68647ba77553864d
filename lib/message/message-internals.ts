import { randomUUID } from 'node:crypto';
import type { JsonSchema } from '../json-schema/index.js';
import { MessageBody } from './body/message-body.js';
import type { FilterAccessor, MessageHeaders } from './message-headers.js';
import type { MessageType } from './message-type.js';
import type { Severity } from './severity.js';
import type { PassedOnProperties } from './wire/passed-on-properties.js';

/** The key of what this room knows of a message and does not show: its {@link MessageInternals}. */
export const INTERNALS = Symbol('fedora-messaging:internals');

/** What a message shows, as far as it says how the message is checked and written. Classes override some of it. */
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
  /** Whether the schema it names is not known here: its schema headers are then kept. */
  readonly isOfUnknownSchema: boolean;
  /** The encoding its body came in. */
  readonly contentEncoding: string;
  /** The JSON text of the body as it came. */
  readonly bodyText: string;
  /** The AMQP properties it came with; none for one from a file. */
  readonly properties?: PassedOnProperties;
}

const NO_HEADERS: MessageHeaders = Object.freeze({});

/** What a message consists of beyond what it shows: what it is checked by, and what its wire and file forms are made of. */
export class MessageInternals {
  readonly body: MessageBody;
  id: string | null = randomUUID();
  /** Of a new message those that its maker wants, of a received one all. */
  headers: MessageHeaders;
  /** Undefined when unset. */
  priority: number | undefined = undefined;
  restored: Restored | undefined = undefined;
  /** In milliseconds since 1970. */
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

  /** Makes a new message the one that came from the wire or from a file. */
  restore(restored: Restored): void {
    this.restored = restored;
    this.id = restored.id;
    this.priority = restored.priority;
    this.headers = restored.headers;
  }
}
