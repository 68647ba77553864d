import type { Message, PassedOnProperties } from '../message/index.js';
import type { RunningConsumer } from './running-consumer.interface.js';

/**
 * Says how a message came to its handler: the handler's second argument. It is a class, so that a decorated method
 * can name it as a type with a plain import; the library makes the instances.
 *
 * @publicApi
 */
export class FedoraMessagingContext {
  constructor(
    /** The message that is handled. */
    readonly message: Message,
    /** The queue the message came through. */
    readonly queue: string,
    /** Whether the broker has delivered the message before, to a consumer that did not acknowledge it. */
    readonly redelivered: boolean,
    /** How often a handler was given the message, this time included; above 1 only with `onError: 'retry'`. */
    readonly attempt: number,
    /**
     * How often the message has come back to its quorum queue unacknowledged, as RabbitMQ counts it (the header
     * `x-delivery-count`). When the count exceeds the queue's `x-delivery-limit` (RabbitMQ 4: 20 by default), the broker
     * deletes or dead-letters the message. Since version 4.3, RabbitMQ counts lost channels and connections only. 0 at
     * the first delivery, and always for queues of other types.
     */
    readonly deliveryCount: number,
    /** The consumer that handles the message. */
    readonly consumer: RunningConsumer,
    /** The AMQP properties that the publisher chose; those that it left out are undefined. */
    readonly properties: PassedOnProperties,
  ) {}
}
