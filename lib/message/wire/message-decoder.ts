import { describeError, SchemaError, shownValue, toError, ValidationError } from '../../exceptions/index.js';
import { LibraryLogger } from '../../logging/index.js';
import { atOnce, inTurns } from './in-turns.js';
import type { MessageClass } from '../message-class.js';
import {
  type MessageHeaders,
  SCHEMA_HEADER,
  SCHEMA_PACKAGE_HEADER,
  SEVERITY_HEADER,
} from '../message-headers.js';
import { INTERNALS, type Restored } from '../message-internals.js';
import { nameOfDelivery } from '../message-name.js';
import type { MessageRegistry } from '../message-registry.js';
import { assertValid, type Checking, invalid, validating, validatorsOf } from '../message-validator.js';
import { Message, type MessageInit } from '../message.js';
import { Severity } from '../severity.js';
import type { PassedOnProperties } from './passed-on-properties.js';
import { bodyInParts, bodyOf, isLarge, type ParsedBody } from './received-body.js';
import { receivedHeaders } from './received-headers.js';
import { restore } from './restore.js';

/** A message as AMQP delivers it: what this library reads of it. @publicApi */
export interface IncomingMessage {
  readonly fields: { readonly routingKey: string };
  readonly content: Buffer;
  readonly properties: PassedOnProperties & {
    readonly contentEncoding?: string | undefined;
    readonly messageId?: string | undefined;
    readonly priority?: number | undefined;
    readonly headers?: MessageHeaders | undefined;
  };
}

/** Larger bodies, in bytes, are checked until the first failure only: a hostile one may have millions. */
const SMALL_BODY = 64 * 1024;
const PARSED: Checking = { all: true, isParsed: true };
const PARSED_LARGE: Checking = { all: false, isParsed: true };
/** How many schema names are remembered as already warned of. */
const MAX_WARNED = 1000;

/** Makes messages of deliveries. */
export class MessageDecoder {
  private readonly logger = new LibraryLogger();
  private readonly warned = new Set<string>();

  constructor(private readonly registry: Pick<MessageRegistry, 'get'>) {}

  /** What `MessageCodec.decode` says. */
  decode(delivery: IncomingMessage, queue: string): Message<object> {
    try {
      return this.read(delivery, queue);
    } catch (error) {
      throw this.told(error, queue);
    }
  }

  /** What `MessageCodec.decodeInTurns` says. */
  decodeInTurns(delivery: IncomingMessage, queue: string): Message<object> | Promise<Message<object>> {
    if (!isLarge(delivery)) return this.decode(delivery, queue);
    return inTurns(this.reading(delivery, queue)).catch((error: unknown) => {
      throw this.told(error, queue);
    });
  }

  /** The same as {@link decode}, without a log line, for a message that nobody rejects because it is invalid. */
  read(delivery: IncomingMessage, queue: string): Message<object> {
    if (isLarge(delivery)) return atOnce(this.reading(delivery, queue));
    // Steps would cost an ordinary message as much as all the rest.
    try {
      const envelope = this.envelopeOf(delivery);
      const body = bodyOf(delivery, envelope.contentEncoding);
      const message = messageOf(delivery, queue, envelope, body);
      assertValid(
        message[INTERNALS],
        envelope.headers,
        body.json,
        checkingOf(delivery),
        ofClass(validatorsOf, message),
      );
      this.warnOfDeprecated(delivery, message);
      return message;
    } catch (error) {
      throw failureOf(error, delivery);
    }
  }

  /** The same, step by step. */
  private *reading(delivery: IncomingMessage, queue: string): Generator<void, Message<object>> {
    try {
      const envelope = this.envelopeOf(delivery);
      const body = yield* bodyInParts(delivery, envelope.contentEncoding);
      yield;
      const message = messageOf(delivery, queue, envelope, body);
      yield* validating(
        message[INTERNALS],
        envelope.headers,
        body.json,
        checkingOf(delivery),
        ofClass(validatorsOf, message),
      );
      yield;
      this.warnOfDeprecated(delivery, message);
      return message;
    } catch (error) {
      throw failureOf(error, delivery);
    }
  }

  /** The same error, and a log line where it has the message rejected. */
  private told(error: unknown, queue: string): unknown {
    if (error instanceof ValidationError) {
      this.logger.error(`${error.message}; rejecting what came from queue ${shownValue(queue)}`);
    }
    return error;
  }

  private envelopeOf(delivery: IncomingMessage): Envelope {
    const headers = this.receivedHeaders(delivery);
    return {
      headers,
      messageClass: this.classOf(headers, delivery),
      severity: this.severityOf(headers, delivery),
      contentEncoding: this.encodingOf(delivery),
    };
  }

  private warnOfDeprecated(delivery: IncomingMessage, message: Message<object>): void {
    if (!ofClass(isDeprecated, message)) return;
    const { name } = message.constructor;
    this.warnOnce(
      `deprecated ${name}`,
      () =>
        `${nameOfDelivery(delivery)} is of the deprecated schema ${shownValue(message[INTERNALS].headers[SCHEMA_HEADER])} (${name})`,
    );
  }

  private receivedHeaders(delivery: IncomingMessage): MessageHeaders {
    const { headers } = delivery.properties;
    if (!headers) {
      this.logger.error(`${nameOfDelivery(delivery)} has no headers: its publisher is at fault`);
      return {};
    }
    try {
      return receivedHeaders(headers);
    } catch (error) {
      throw invalid(
        nameOfDelivery(delivery),
        '/headers',
        `can't be read: ${(error as Error).message}`,
        error,
      );
    }
  }

  private classOf(headers: MessageHeaders, delivery: IncomingMessage): MessageClass | undefined {
    const name = headers[SCHEMA_HEADER];
    if (name === undefined) {
      this.logger.error(
        `${nameOfDelivery(delivery)} has no ${SCHEMA_HEADER} header: its publisher is at fault`,
      );
      return undefined;
    }
    const messageClass = typeof name === 'string' ? this.registry.get(name) : undefined;
    if (!messageClass) {
      const from = headers[SCHEMA_PACKAGE_HEADER];
      this.warnOnce(
        `unknown ${shownValue(name)}`,
        () =>
          `${nameOfDelivery(delivery)} is of the schema ${shownValue(name)}, which no imported message class has; it is handled as a plain Message. ` +
          (from === undefined
            ? 'Import the class that is decorated with that name.'
            : `Install the package ${shownValue(from)}, or import the class that is decorated with that name.`),
      );
    }
    return messageClass;
  }

  private severityOf(headers: MessageHeaders, delivery: IncomingMessage): Severity {
    const severity = headers[SEVERITY_HEADER];
    if (severity === undefined) {
      this.logger.error(
        `${nameOfDelivery(delivery)} has no ${SEVERITY_HEADER} header: its publisher is at fault`,
      );
      return Severity.INFO;
    }
    return severity as Severity;
  }

  private encodingOf(delivery: IncomingMessage): string {
    const encoding = delivery.properties.contentEncoding;
    if (encoding !== undefined) return encoding;
    this.logger.error(
      `${nameOfDelivery(delivery)} has no content encoding: its publisher is at fault; utf-8 is taken`,
    );
    return 'utf-8';
  }

  /** A warning that every message of a kind would cause is given once. */
  private warnOnce(what: string, warning: () => string): void {
    if (this.warned.has(what)) return;
    if (this.warned.size < MAX_WARNED) this.warned.add(what);
    this.logger.warn(warning());
  }
}

/** What a delivery says beyond its body. */
interface Envelope {
  readonly headers: MessageHeaders;
  readonly messageClass: MessageClass | undefined;
  readonly severity: Severity;
  readonly contentEncoding: string;
}

function messageOf(
  { fields, properties }: IncomingMessage,
  queue: string,
  { headers, messageClass, severity, contentEncoding }: Envelope,
  { text, json }: ParsedBody,
): Message<object> {
  return make(
    messageClass ?? Message,
    { topic: fields.routingKey, body: json as object, severity },
    {
      id: properties.messageId ?? null,
      queue,
      priority: properties.priority,
      headers,
      isOfUnknownSchema: messageClass === undefined && SCHEMA_HEADER in headers,
      contentEncoding,
      bodyText: text,
      properties,
    },
  );
}

function checkingOf({ content }: IncomingMessage): Checking {
  return content.length <= SMALL_BODY ? PARSED : PARSED_LARGE;
}

function failureOf(error: unknown, delivery: IncomingMessage): unknown {
  if (error instanceof ClassFailure) return error.thrown;
  if (error instanceof SchemaError || error instanceof ValidationError) return error;
  // Whatever a publisher has sent costs that message only.
  return invalid(
    nameOfDelivery(delivery),
    '',
    `can't be made a message of its class: ${describeError(error)}`,
    error,
  );
}

/** What a getter or the constructor of a message class has thrown: the class is at fault, not the message. */
class ClassFailure {
  constructor(readonly thrown: unknown) {}
}

/** What a message's class says. @throws ClassFailure */
function ofClass<T>(read: (message: Message<object>) => T, message: Message<object>): T {
  try {
    return read(message);
  } catch (error) {
    throw toError(error) instanceof SchemaError ? error : new ClassFailure(error);
  }
}

function isDeprecated(message: Message<object>): boolean {
  return message.deprecated;
}

/** @throws ValidationError, ClassFailure when it is the constructor of the class that throws, and the message is valid */
function make(
  messageClass: MessageClass,
  init: MessageInit<object> & { topic: string },
  restored: Restored,
): Message<object> {
  try {
    return restore(messageClass, init, restored);
  } catch (error) {
    if (toError(error) instanceof ValidationError) throw error;
    // Where the message is invalid, a constructor may well not expect it.
    const unconstructed = Reflect.construct(Message<object>, [init], messageClass);
    const internals = unconstructed[INTERNALS];
    internals.restore(restored);
    assertValid(internals, restored.headers, init.body, PARSED, ofClass(validatorsOf, unconstructed));
    throw new ClassFailure(error);
  }
}
