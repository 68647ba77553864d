import { describeError, SchemaError, shownValue, toError, ValidationError } from '../../exceptions/index.js';
import { LibraryLogger } from '../../logging/index.js';
import { atOnce, inTurns } from './json/in-turns.js';
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

/** A message as AMQP delivers it: the parts that this library reads. @publicApi */
export interface IncomingMessage {
  /** The routing key, which is the topic of the message. */
  readonly fields: { readonly routingKey: string };
  /** The body in its content encoding. */
  readonly content: Buffer;
  /** The AMQP properties and headers. */
  readonly properties: PassedOnProperties & {
    readonly contentEncoding?: string | undefined;
    readonly messageId?: string | undefined;
    readonly priority?: number | undefined;
    readonly headers?: MessageHeaders | undefined;
  };
}

/** The most bytes of a body that is checked for every failure. A hostile larger body may have millions of failures. */
const MAX_BYTES_FULLY_CHECKED = 64 * 1024;
const INCOMING: Checking = { all: true, isParsed: true };
const INCOMING_LARGE: Checking = { all: false, isParsed: true };
/** How many warnings are remembered, so that they are not repeated. */
const MAX_WARNINGS = 1000;

/** Makes messages from deliveries. */
export class MessageDecoder {
  private readonly warned = new Set<string>();

  constructor(
    private readonly registry: Pick<MessageRegistry, 'get'>,
    private readonly logger = new LibraryLogger(),
  ) {}

  /** Implements `MessageCodec.decode`. */
  decode(delivery: IncomingMessage, queue: string): Message<object> {
    try {
      return this.read(delivery, queue);
    } catch (error) {
      throw this.logged(error, queue);
    }
  }

  /** Implements `MessageCodec.decodeInTurns`. */
  decodeInTurns(delivery: IncomingMessage, queue: string): Message<object> | Promise<Message<object>> {
    if (!isLarge(delivery)) return this.decode(delivery, queue);
    return inTurns(this.reading(delivery, queue)).catch((error: unknown) => {
      throw this.logged(error, queue);
    });
  }

  /** Does what {@link decode} does, but logs no rejection: for a caller that does not reject invalid messages. */
  read(delivery: IncomingMessage, queue: string): Message<object> {
    if (isLarge(delivery)) return atOnce(this.reading(delivery, queue));
    // Without steps: for an ordinary message they would take as long as all other work.
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

  /** Does what {@link read} does, in steps. */
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

  /** Logs an error that makes the consumer reject the message; returns the error. */
  private logged(error: unknown, queue: string): unknown {
    if (error instanceof ValidationError) {
      this.logger.error(`${error.message}; the message of queue '${queue}' is rejected`);
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
      this.logger.error(`${nameOfDelivery(delivery)} has no headers; its publisher must set them`);
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
        `${nameOfDelivery(delivery)} has no ${SCHEMA_HEADER} header; its publisher must set it`,
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
        `${nameOfDelivery(delivery)} has no ${SEVERITY_HEADER} header; its publisher must set it`,
      );
      return Severity.INFO;
    }
    return severity as Severity;
  }

  private encodingOf(delivery: IncomingMessage): string {
    const encoding = delivery.properties.contentEncoding;
    if (encoding !== undefined) return encoding;
    this.logger.error(
      `${nameOfDelivery(delivery)} has no content encoding, so it is decoded as utf-8; its publisher must set the content encoding`,
    );
    return 'utf-8';
  }

  /** Logs a warning only once, because every message of the same kind would cause it. */
  private warnOnce(what: string, warning: () => string): void {
    if (this.warned.has(what)) return;
    if (this.warned.size < MAX_WARNINGS) this.warned.add(what);
    this.logger.warn(warning());
  }
}

/** The parts of a delivery other than its body. */
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
  return construct(
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
  return content.length <= MAX_BYTES_FULLY_CHECKED ? INCOMING : INCOMING_LARGE;
}

function failureOf(error: unknown, delivery: IncomingMessage): unknown {
  if (error instanceof ClassFailure) return error.thrown;
  if (error instanceof SchemaError || error instanceof ValidationError) return error;
  // The publisher may have caused any other error. A ValidationError rejects only this message.
  return invalid(
    nameOfDelivery(delivery),
    '',
    `can't be turned into a message of its class: ${describeError(error)}`,
    error,
  );
}

/** Wraps an error that a getter or the constructor of a message class threw: the class is at fault, not the message. */
class ClassFailure {
  constructor(readonly thrown: unknown) {}
}

/** Calls code of a message's class. @throws SchemaError, ClassFailure */
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

/** @throws ValidationError, or ClassFailure when the constructor of the class throws although the message is valid */
function construct(
  messageClass: MessageClass,
  init: MessageInit<object> & { topic: string },
  restored: Restored,
): Message<object> {
  try {
    return restore(messageClass, init, restored);
  } catch (error) {
    if (toError(error) instanceof ValidationError) throw error;
    // A constructor need not expect an invalid message, so an invalid message is reported first.
    const unconstructed = Reflect.construct(Message<object>, [init], messageClass);
    const internals = unconstructed[INTERNALS];
    internals.restore(restored);
    assertValid(internals, restored.headers, init.body, INCOMING, ofClass(validatorsOf, unconstructed));
    throw new ClassFailure(error);
  }
}
