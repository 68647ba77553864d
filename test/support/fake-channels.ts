import { EventEmitter } from 'node:events';
import type { ConsumeMessage, OpenConnection, Publication } from '../../lib/broker/index.js';
import type { ConfirmChannel, OnConfirm } from '../../lib/broker/port.js';

/** A channel that records its calls, and answers with success unless the test says otherwise. */
export class FakeChannel extends EventEmitter {
  /** The calls, in order. */
  readonly calls: [method: string, ...args: unknown[]][] = [];
  /** The answer to a method, instead of success: an error rejects its promise. */
  readonly answers: Record<string, (...args: unknown[]) => unknown> = {};
  isClosed = false;
  private onMessage: ((message: ConsumeMessage | null) => void) | undefined;

  /** The called methods, in order. */
  get methods(): string[] {
    return this.calls.map(([method]) => method);
  }

  /** The calls of one method. */
  callsOf(method: string): unknown[][] {
    return this.calls.filter(([called]) => called === method).map(([, ...args]) => args);
  }

  /** Delivers a message; null means that the broker cancels the consumer. */
  deliver(message: ConsumeMessage | null): void {
    this.onMessage!(message);
  }

  /** Ends the channel, as the broker does: with an error, or with its connection. */
  die(error?: Error): void {
    if (error) this.emit('error', error);
    this.isClosed = true;
    this.emit('close');
  }

  assertExchange = (...args: unknown[]) => this.answer('assertExchange', args, {});
  checkExchange = (...args: unknown[]) => this.answer('checkExchange', args, {});
  assertQueue = (...args: unknown[]) => this.answer('assertQueue', args, { queue: args[0] || 'amq.gen-1' });
  checkQueue = (...args: unknown[]) => this.answer('checkQueue', args, { queue: args[0] });
  bindQueue = (...args: unknown[]) => this.answer('bindQueue', args, {});
  bindExchange = (...args: unknown[]) => this.answer('bindExchange', args, {});
  prefetch = (...args: unknown[]) => this.answer('prefetch', args, {});
  get = (...args: unknown[]) => this.answer('get', args, false);
  cancel = (...args: unknown[]) => this.answer('cancel', args, {});
  ack = (...args: unknown[]): void => void this.calls.push(['ack', ...args]);
  nack = (...args: unknown[]): void => void this.calls.push(['nack', ...args]);

  consume = (queue: string, onMessage: (message: ConsumeMessage | null) => void) => {
    this.onMessage = onMessage;
    return this.answer('consume', [queue], { consumerTag: 'a-tag' });
  };

  close = async (): Promise<void> => {
    await this.answer('close', [], undefined);
    if (!this.isClosed) this.die();
  };

  private async answer(method: string, args: unknown[], usual: unknown): Promise<unknown> {
    this.calls.push([method, ...args]);
    const answer = this.answers[method];
    return answer ? await answer(...args) : usual;
  }
}

/** A message that was published on a fake channel and is not answered yet. */
export interface FakePublication extends Publication {
  /** Answers as amqplib does when the broker answers. */
  readonly onConfirm: OnConfirm;
}

/** A channel with confirms. It keeps published messages until the test answers. */
export class FakeConfirmChannel extends FakeChannel {
  readonly unconfirmed: FakePublication[] = [];
  /** The topics of all published messages, in order. */
  readonly published: string[] = [];
  /** Called with each publication. Returns whether the socket takes more. */
  onPublish: (publication: FakePublication) => boolean | void = () => undefined;

  publish: ConfirmChannel['publish'] = (exchange, routingKey, content, properties, onConfirm) => {
    const publication = { exchange, routingKey, content, properties: { ...properties }, onConfirm };
    const takesMore = this.onPublish(publication) ?? true;
    this.published.push(routingKey);
    this.unconfirmed.push(publication);
    return takesMore;
  };

  /** Confirms this many of the oldest messages. */
  confirm(count = this.unconfirmed.length): void {
    for (const { onConfirm } of this.unconfirmed.splice(0, count)) onConfirm(null);
  }

  /** Rejects the oldest message. */
  reject(): void {
    this.unconfirmed.shift()!.onConfirm(new Error('message nacked'));
  }

  /** Returns the oldest message as unroutable; its confirmation follows. */
  returnOldest(routingKey = this.unconfirmed[0]!.routingKey): void {
    const { properties } = this.unconfirmed[0]!;
    this.emit('return', { fields: { routingKey, replyCode: 312, replyText: 'NO_ROUTE' }, properties });
  }

  override die(error?: Error): void {
    const left = this.unconfirmed.splice(0);
    super.die(error);
    for (const { onConfirm } of left) onConfirm(new Error('channel closed'));
  }
}

/** A connection with fake channels. */
export class FakeConnection extends EventEmitter {
  readonly model = this;
  readonly channels: FakeChannel[] = [];
  readonly confirmChannels: FakeConfirmChannel[] = [];

  /** @param onOpen called with each channel before it is used */
  constructor(private readonly onOpen: (channel: FakeChannel, index: number) => void = () => undefined) {
    super();
  }

  openConfirmChannel = async (options: object): Promise<FakeConfirmChannel> => {
    const channel = new FakeConfirmChannel();
    channel.calls.push(['openConfirmChannel', options]);
    this.confirmChannels.push(channel);
    return channel;
  };

  openChannel = async (): Promise<FakeChannel> => {
    const channel = new FakeChannel();
    this.onOpen(channel, this.channels.push(channel) - 1);
    return channel;
  };

  publish: OpenConnection['publish'] = (channel, publication, onConfirm) => {
    const { exchange, routingKey, content, properties } = publication;
    return channel.publish(exchange, routingKey, content, properties, onConfirm);
  };

  get asOpen(): OpenConnection {
    return this as unknown as OpenConnection;
  }
}

/** An error with which a broker closes a channel. */
export function closedWith(code: number, reason = `REASON - ${code}`): Error {
  return Object.assign(new Error(`Channel closed by server: ${code} (X) with message "${reason}"`), { code });
}

/** A delivery in the form of amqplib. */
export function fakeDelivery(deliveryTag: number, headers: object = {}): ConsumeMessage {
  return {
    fields: {
      deliveryTag,
      redelivered: false,
      exchange: 'amq.topic',
      routingKey: 'a.topic',
      consumerTag: 'a-tag',
    },
    properties: { messageId: `id-${deliveryTag}`, headers },
    content: Buffer.from('{}'),
  } as unknown as ConsumeMessage;
}
