import { randomUUID } from 'node:crypto';
import { nextTick } from 'node:process';
import { setImmediate } from 'node:timers';
import type { Channel, ConfirmChannel, ConsumeMessage, Message, Options } from 'amqplib';
import type { EmbeddedDeadLetters } from './embedded-dead-letters.js';
import type { EmbeddedDeclarations } from './embedded-declarations.js';
import type { EmbeddedConsumer, EmbeddedDelivery, EmbeddedTraffic, Settlement } from './embedded-traffic.js';
import type { Publication } from './sending/publication.js';
import { ReplyCode } from './reply-code.js';

/** With what RabbitMQ returns a message that no queue gets. */
const NO_ROUTE = 312;

/** What a channel needs to know of its embedded broker. */
export interface EmbeddedSurroundings {
  readonly traffic: EmbeddedTraffic;
  readonly deadLetters: EmbeddedDeadLetters;
  readonly declarations: EmbeddedDeclarations;
  /** @returns the queues that get it */
  put(publication: Publication): readonly string[];
  hasExchange(name: string): boolean;
}

/** Makes a channel behave as RabbitMQ's where the engine differs, and tell what passes through it. */
export function adaptChannel<C extends Channel>(
  channel: C,
  broker: EmbeddedSurroundings,
  connection: object,
  onExclusive: (queue: string) => void,
): C {
  adaptClosing(channel);
  adaptDeclaring(channel, broker, connection, onExclusive);
  adaptConsuming(channel, broker);
  return channel;
}

function adaptDeclaring(
  channel: Channel,
  { declarations, deadLetters }: EmbeddedSurroundings,
  connection: object,
  onExclusive: (queue: string) => void,
): void {
  const assertQueue = channel.assertQueue.bind(channel);
  channel.assertQueue = async (given, options = {}) => {
    const name = given || `amq.gen-${randomUUID()}`;
    await orRefused(channel, () => declarations.assertSame(name, options, connection));
    const reply = await orRefused(channel, () => assertQueue(name, options));
    declarations.declared(name, options, connection);
    deadLetters.declared(name, options.arguments as Record<string, unknown> | undefined);
    if (options.exclusive) onExclusive(name);
    return reply;
  };
  const checkQueue = channel.checkQueue.bind(channel);
  channel.checkQueue = async (name) => {
    await orRefused(channel, () => declarations.assertAccess(name, connection));
    return checkQueue(name);
  };
  const bindQueue = channel.bindQueue.bind(channel);
  channel.bindQueue = async (name, ...args) => {
    await orRefused(channel, () => declarations.assertAccess(name, connection));
    return bindQueue(name, ...args);
  };
}

/** What is refused closes the channel, and says so as AMQP does. */
async function orRefused<T>(channel: Channel, action: () => T | Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    await channel.close();
    throw (error as { code?: unknown }).code === undefined
      ? Object.assign(error, { code: ReplyCode.PRECONDITION_FAILED })
      : error;
  }
}

/** The engine never answers a channel that is closed again. */
function adaptClosing(channel: Channel): void {
  let isClosed = false;
  channel.once('close', () => (isClosed = true));
  const close = channel.close.bind(channel);
  channel.close = async () => {
    if (!isClosed) await close();
  };
}

function adaptConsuming(channel: Channel, { traffic, deadLetters }: EmbeddedSurroundings): void {
  const consumers = new Map<string, EmbeddedConsumer>();
  const unsettled = new Map<Message, EmbeddedDelivery>();
  let isOpen = true;

  const consume = channel.consume.bind(channel);
  channel.consume = async (queue, onMessage, options?: Options.Consume) => {
    const consumer: EmbeddedConsumer = { queue, isCancelled: false };
    const deliver = (message: ConsumeMessage | null): void => {
      if (message) {
        asFromSocket(message);
        const delivery = { message, consumer };
        unsettled.set(message, delivery);
        traffic.delivered(delivery);
      }
      // Never within the publish that causes it, and never so that a message that goes back and forth
      // leaves no time for anything else.
      setImmediate(() => isOpen && onMessage(message));
    };
    const reply = await consume(queue, deliver, options);
    consumers.set(reply.consumerTag, consumer);
    return reply;
  };

  const cancel = channel.cancel.bind(channel);
  channel.cancel = (consumerTag) => {
    const cancelled = cancel(consumerTag);
    const consumer = consumers.get(consumerTag);
    consumers.delete(consumerTag);
    if (consumer) traffic.cancelled(consumer);
    return cancelled;
  };

  const settle = (message: Message, settlement: Settlement): void => {
    const delivery = unsettled.get(message);
    if (!delivery) return;
    unsettled.delete(message);
    if (settlement === 'reject') deadLetters.dead(delivery.consumer.queue, message, 'rejected');
    traffic.settled(delivery, settlement);
  };
  const upTo = ({ fields }: Message): Message[] =>
    [...unsettled.keys()].filter((message) => message.fields.deliveryTag <= fields.deliveryTag);
  const ack = channel.ack.bind(channel);
  channel.ack = (message, allUpTo = false) => {
    // The engine loses what it needs for acknowledging when it acknowledges several at once.
    for (const one of allUpTo ? upTo(message) : [message]) {
      ack(one);
      settle(one, 'ack');
    }
  };
  const nack = channel.nack.bind(channel);
  channel.nack = (message, allUpTo = false, requeue = true) => {
    nack(message, allUpTo, requeue);
    settle(message, requeue ? 'requeue' : 'reject');
  };

  channel.on('close', () => {
    isOpen = false;
    for (const consumer of consumers.values()) traffic.cancelled(consumer);
    for (const message of unsettled.keys()) settle(message, 'release');
  });
}

/** No two deliveries share their headers, and a message has no id that its publisher did not give it. */
function asFromSocket({ fields, properties }: ConsumeMessage): void {
  // Undefined the first time.
  fields.redelivered = Boolean(fields.redelivered);
  properties.headers &&= { ...properties.headers };
  if (String(properties.messageId).startsWith('smq.mid-')) properties.messageId = undefined;
}

/**
 * Publishes as RabbitMQ does: a queue with two bindings that match gets a message once, and a message that
 * no queue gets is confirmed; if it is mandatory, after it has been returned.
 */
export function adaptConfirms(channel: ConfirmChannel, broker: EmbeddedSurroundings): ConfirmChannel {
  let isOpen = true;
  channel.on('close', () => (isOpen = false));
  const publish = channel.publish.bind(channel);
  channel.publish = (exchange, routingKey, content, options, callback) => {
    // The engine's own knows what becomes of a channel that publishes to an exchange that is missing.
    if (!isOpen || !broker.hasExchange(exchange)) {
      return publish(exchange, routingKey, content, options, callback);
    }
    // The headers are the caller's again when this returns.
    const properties = { ...options, headers: { ...(options?.headers as object | undefined) } };
    const publication: Publication = { exchange, routingKey, content, properties };
    const isReturned = broker.put(publication).length === 0 && options?.mandatory === true;
    if (!isReturned) broker.traffic.published(publication);
    nextTick(() => {
      if (isReturned) channel.emit('return', returned(publication));
      callback?.(null, {});
    });
    return true;
  };
  return channel;
}

function returned({ exchange, routingKey, content, properties }: Publication): object {
  return {
    fields: { exchange, routingKey, replyCode: NO_ROUTE, replyText: 'NO_ROUTE' },
    content,
    properties,
  };
}
