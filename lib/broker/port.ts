import type { TlsOptions } from '../config/index.js';

/*
 * The interfaces through which this library uses a broker. amqplib's connections and channels fit them as they are; the
 * embedded broker has its own classes. Names and meanings are those of AMQP 0-9-1 and amqplib.
 */

/** Options of a connection, besides its URL. */
export interface ConnectOptions {
  readonly tls: TlsOptions;
  readonly clientProperties: Record<string, unknown>;
}

/** A connection as its transport opens it. Its methods hide the differences between brokers and their clients. */
export interface OpenConnection {
  /** Emits the events of the connection, and closes it. */
  readonly model: Pick<ChannelModel, 'close' | 'on' | 'once'>;
  /** The interval between heartbeats in seconds, as negotiated; 0: no heartbeats. */
  readonly heartbeat: number;
  /** The version of RabbitMQ as the broker tells it, such as `4.0.5`; undefined for another broker. */
  readonly rabbitMqVersion: string | undefined;

  /** @throws NoFreeChannels when the connection has as many channels as the broker allows */
  openChannel(): Promise<Channel>;
  /**
   * A channel on which the broker confirms what is published.
   *
   * @throws NoFreeChannels when the connection has as many channels as the broker allows
   */
  openConfirmChannel(options: ConfirmChannelOptions): Promise<ConfirmChannel>;
  /** Publishes on one of its channels, as {@link ConfirmChannel.publish} does. */
  publish(channel: ConfirmChannel, publication: Publication, onConfirm: OnConfirm): boolean;
  /** Ends the connection without a handshake if it is still open after a time: the peer may be gone. */
  cutAfter(milliseconds: number): void;
}

/** Called with null when the broker has confirmed a publication, or with the reason why it will not confirm it. */
export type OnConfirm = (error: Error | null) => void;

/** One connection to a broker, as long as it lasts. */
export interface ChannelModel extends Closable {
  createChannel(): Promise<Channel>;
  /** A channel on which the broker confirms what is published. */
  createConfirmChannel(options: ConfirmChannelOptions): Promise<ConfirmChannel>;

  on(event: 'error', listener: (error: Error) => void): this;
  on(event: 'close', listener: (error?: Error) => void): this;
  /** The broker takes no more messages; `reason` says why. */
  on(event: 'blocked', listener: (reason: string) => void): this;
  on(event: 'unblocked', listener: () => void): this;
}

/** Options of a channel with confirms. */
export interface ConfirmChannelOptions {
  /** How many frames may wait for the socket before the channel says that it is full. */
  readonly highWaterMark: number;
}

/**
 * A channel of a connection. When the broker refuses an operation, it closes the channel: the channel emits `error`,
 * with the reply code, and `close`.
 */
export interface Channel extends Closable {
  /** Declares a queue. The broker chooses the name if it is `''`. */
  assertQueue(name: string, options: QueueDeclaration): Promise<QueueState>;
  /** Declares a queue passively: it must exist. */
  checkQueue(name: string): Promise<QueueState>;
  assertExchange(name: string, type: string, options: ExchangeDeclaration): Promise<unknown>;
  /** Declares an exchange passively: it must exist. */
  checkExchange(name: string): Promise<unknown>;
  bindQueue(queue: string, exchange: string, routingKey: string, args?: Table): Promise<unknown>;
  /** Binds an exchange to another one, the source: an extension of RabbitMQ's. */
  bindExchange(destination: string, source: string, routingKey: string, args?: Table): Promise<unknown>;

  /** How many messages the broker sends ahead to each consumer that starts afterwards; 0: no limit. */
  prefetch(count: number): Promise<unknown>;
  /** @param onMessage called with null when the broker cancels the consumer */
  consume(
    queue: string,
    onMessage: (message: ConsumeMessage | null) => void,
    options?: ConsumerDeclaration,
  ): Promise<ConsumerReply>;
  cancel(consumerTag: string): Promise<unknown>;
  /**
   * Takes the first message of a queue; false when the queue is empty. The message stays unacknowledged until it is
   * settled.
   */
  get(queue: string): Promise<GotMessage | false>;
  /** @param allUpTo whether all earlier deliveries of the channel are acknowledged, too */
  ack(message: Settleable, allUpTo?: boolean): void;
  nack(message: Settleable, allUpTo?: boolean, requeue?: boolean): void;

  on(event: 'error', listener: (error: Error) => void): this;
  on(event: 'close', listener: () => void): this;
}

/** A channel on which the broker confirms what is published. */
export interface ConfirmChannel extends Channel {
  /**
   * Publishes a message. The message is encoded when this returns: the caller may change headers and properties again.
   *
   * @returns whether the channel takes more; if not, `drain` follows
   * @throws TypeError, RangeError when AMQP has no form for a value; Error when the channel is closed
   */
  publish(
    exchange: string,
    routingKey: string,
    content: Buffer,
    properties: PublishProperties,
    onConfirm: OnConfirm,
  ): boolean;

  on(event: 'error', listener: (error: Error) => void): this;
  on(event: 'close' | 'drain', listener: () => void): this;
  /** A mandatory message reached no queue. Its confirmation follows. */
  on(event: 'return', listener: (message: ReturnedMessage) => void): this;
}

/** A connection or channel: it closes with a handshake, and the other side may close it. */
export interface Closable {
  close(): Promise<void>;
  once(event: 'close', listener: () => void): this;
}

/** Headers or arguments: values by name. */
export type Table = Record<string, unknown>;

/** The properties of a queue. The defaults are amqplib's: durable, not auto-delete, not exclusive. */
export interface QueueDeclaration {
  readonly durable?: boolean;
  readonly autoDelete?: boolean;
  readonly exclusive?: boolean;
  readonly arguments?: Table;
}

/** The properties of an exchange. The defaults are amqplib's: durable, not auto-delete. */
export interface ExchangeDeclaration {
  readonly durable?: boolean;
  readonly autoDelete?: boolean;
  readonly arguments?: Table;
}

/** The properties of a consumer. */
export interface ConsumerDeclaration {
  readonly arguments?: Table;
}

/** The broker's reply to the declaration of a queue. */
export interface QueueState {
  readonly queue: string;
  /** Messages that wait for a consumer. */
  readonly messageCount: number;
  readonly consumerCount: number;
}

/** The broker's reply when a consumer starts. */
export interface ConsumerReply {
  readonly consumerTag: string;
}

/** A message as the broker delivers it to a consumer. */
export interface ConsumeMessage {
  readonly fields: DeliveryFields;
  readonly properties: MessageProperties;
  content: Buffer;
}

/** A message that was taken from a queue without a consumer. */
export interface GotMessage {
  readonly fields: Omit<DeliveryFields, 'consumerTag'> & {
    /** How many messages wait behind it. */
    readonly messageCount: number;
  };
  readonly properties: MessageProperties;
  readonly content: Buffer;
}

/** A message that was delivered on a channel, and can be settled there. */
export interface Settleable {
  readonly fields: { readonly deliveryTag: number };
}

/** A message that the broker could not route, and why. */
export interface ReturnedMessage {
  readonly fields: {
    readonly exchange: string;
    readonly routingKey: string;
    readonly replyCode: number;
    readonly replyText: string;
  };
  readonly properties: MessageProperties;
  readonly content: Buffer;
}

/** The fields that the broker sends with a delivery. */
export interface DeliveryFields {
  readonly consumerTag: string;
  /** The number of the delivery on its channel. */
  readonly deliveryTag: number;
  /** Whether the message may have been delivered before. */
  readonly redelivered: boolean;
  readonly exchange: string;
  routingKey: string;
}

/** The properties of a message that has been received; those that its publisher left out are undefined. */
export interface MessageProperties {
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
  headers: Table | undefined;
  readonly deliveryMode: number | undefined;
  readonly priority: number | undefined;
  readonly correlationId: string | undefined;
  readonly replyTo: string | undefined;
  /** Milliseconds. */
  readonly expiration: string | undefined;
  readonly messageId: string | undefined;
  /** Seconds since 1970. */
  readonly timestamp: number | undefined;
  readonly type: string | undefined;
  readonly userId: string | undefined;
  readonly appId: string | undefined;
  readonly clusterId: string | undefined;
}

/** The properties of a message that is published. */
export interface PublishProperties {
  contentType?: string | undefined;
  contentEncoding?: string | undefined;
  headers?: Table | undefined;
  /** 2 or true: the message survives a restart of the broker. */
  deliveryMode?: number | boolean | undefined;
  priority?: number | undefined;
  correlationId?: string | undefined;
  replyTo?: string | undefined;
  /** Milliseconds. */
  expiration?: string | number | undefined;
  messageId?: string | undefined;
  /** Seconds since 1970. */
  timestamp?: number | undefined;
  type?: string | undefined;
  userId?: string | undefined;
  appId?: string | undefined;
  /** Whether the broker returns the message when no queue gets it. */
  mandatory?: boolean | undefined;
}

/** A message to publish, and its destination. */
export interface Publication {
  readonly exchange: string;
  readonly routingKey: string;
  readonly content: Buffer;
  readonly properties: PublishProperties;
}
