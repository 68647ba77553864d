import { randomUUID } from 'node:crypto';
import { shownValue } from '../../exceptions/index.js';
import { isName, MAX_NAME } from '../../field-tables/index.js';
import type { LibraryLogger } from '../../logging/index.js';
import { type MessageHeaders, SENT_AT_HEADER, sentAt } from '../message-headers.js';
import { INTERNALS } from '../message-internals.js';
import { nameOf } from '../message-name.js';
import type { MessageRegistry } from '../message-registry.js';
import { assertValid, invalid } from '../message-validator.js';
import type { Message } from '../message.js';
import { type IncomingMessage, MessageDecoder } from './message-decoder.js';
import { bodyText, outgoingBody } from './outgoing-body.js';
import { encodableHeaders, outgoingHeaders } from './outgoing-headers.js';
import { passedOn, type PassedOnProperties } from './passed-on-properties.js';
import { topicPrefixOf } from './topic-prefix.js';

/** A message as AMQP publishes it. @publicApi */
export interface OutgoingMessage {
  /** The topic with its prefix. */
  readonly routingKey: string;
  /** The body as JSON in UTF-8. */
  readonly content: Buffer;
  /** The AMQP properties and headers. */
  readonly properties: PassedOnProperties & {
    readonly contentType: 'application/json';
    readonly contentEncoding: 'utf-8';
    readonly deliveryMode: 2;
    readonly messageId: string;
    readonly headers: MessageHeaders;
    readonly priority: number | undefined;
  };
}

/** The settings for outgoing messages. @publicApi */
export interface EncodingOptions {
  /** The prefix of topics. Dots at its end are ignored. Default: no prefix. */
  readonly topicPrefix: string;
  /** The priority of messages without a priority. Default: null, no priority. */
  readonly publishPriority: number | null;
}

/**
 * Converts messages to their AMQP form and back, without a connection. The publisher and the consumers use it. Programs
 * that transport messages in another way can use it too, such as bridges, archives and tests.
 *
 * @publicApi
 */
export class MessageCodec {
  private readonly decoder: MessageDecoder;
  private readonly prefix: string;
  private readonly publishPriority: number | undefined;

  constructor(registry: Pick<MessageRegistry, 'get'>, options?: Partial<EncodingOptions>);
  /** @internal The codec of a bus, with the logger of the bus. */
  constructor(
    registry: Pick<MessageRegistry, 'get'>,
    options: Partial<EncodingOptions>,
    logger: LibraryLogger,
  );
  constructor(
    registry: Pick<MessageRegistry, 'get'>,
    options: Partial<EncodingOptions> = {},
    logger?: LibraryLogger,
  ) {
    const { topicPrefix = '' } = options;
    this.decoder = new MessageDecoder(registry, logger);
    this.prefix = topicPrefixOf(topicPrefix);
    this.publishPriority = options.publishPriority ?? undefined;
  }

  /**
   * Validates a message and returns its AMQP form.
   *
   * @throws ValidationError, SchemaError
   */
  encode(message: Message<object>): OutgoingMessage {
    const internals = message[INTERNALS];
    // Before the filter headers: an accessor may read the body, which makes an instance that is slower to write.
    const body = outgoingBody(internals);
    const headers = outgoingHeaders(internals, this.publishPriority);
    headers[SENT_AT_HEADER] ??= sentAt(Date.now());
    assertValid(internals, headers, body.json, body.checking);
    // Before the headers are encoded: an error then names the priority, and not the header `priority`.
    const priority = this.priority(message);
    const { restored } = internals;
    return {
      routingKey: this.routingKey(message),
      content: Buffer.from(bodyText(internals, body), 'utf8'),
      properties: {
        contentType: 'application/json',
        contentEncoding: 'utf-8',
        deliveryMode: 2,
        messageId: messageId(message),
        headers: encodableHeaders(internals, headers),
        priority,
        ...(restored?.properties && passedOn(restored.properties)),
      },
    };
  }

  /**
   * Makes a message of its class from a delivery, and validates it. A problem of the delivery is logged with the
   * message's id and without its body.
   *
   * @throws ValidationError when the delivery is not a valid message and has to be rejected
   * @throws SchemaError when a JSON Schema of the class is itself wrong
   * @throws any error that the constructor or a getter of the class throws for a valid message
   */
  decode(delivery: IncomingMessage, queue: string): Message<object> {
    return this.decoder.decode(delivery, queue);
  }

  /**
   * @internal Does what {@link decode} does. For a body above 1 MiB it returns a promise, and gives the event loop
   * turns while it decodes.
   */
  decodeInTurns(delivery: IncomingMessage, queue: string): Message<object> | Promise<Message<object>> {
    return this.decoder.decodeInTurns(delivery, queue);
  }

  private routingKey(message: Message<object>): string {
    const { topic } = message;
    if (typeof topic !== 'string') {
      throw invalid(nameOf(message), '/topic', `must be a string, but is ${shownValue(topic)}`);
    }
    const routingKey = this.prefix + topic;
    if (!isName(routingKey)) {
      const withPrefix = this.prefix ? ` with its prefix '${this.prefix}'` : '';
      throw invalid(
        nameOf(message),
        '/topic',
        `must be at most ${MAX_NAME} bytes long${withPrefix}, but has ${Buffer.byteLength(routingKey)}`,
      );
    }
    return routingKey;
  }

  private priority(message: Message<object>): number | undefined {
    const priority = message[INTERNALS].priority ?? this.publishPriority;
    if (priority !== undefined && !(Number.isInteger(priority) && priority >= 0 && priority <= 255)) {
      throw invalid(
        nameOf(message),
        '/priority',
        `must be a whole number from 0 to 255, but is ${shownValue(priority)}`,
      );
    }
    return priority;
  }
}

/** @throws ValidationError when AMQP can't carry the id */
function messageId(message: Message<object>): string {
  const id: unknown = (message.id ??= randomUUID());
  if (typeof id === 'string' && isName(id)) return id;
  throw invalid(
    nameOf(message),
    '/id',
    `must be a string of at most ${MAX_NAME} bytes, but is ${shownValue(id)}`,
  );
}
