import { EventEmitter } from 'node:events';
import type {
  ConfirmChannel,
  ConsumeMessage,
  ConsumerDeclaration,
  ConsumerReply,
  ExchangeDeclaration,
  GotMessage,
  QueueDeclaration,
  QueueState,
  ReturnedMessage,
  Settleable,
  Table,
} from '../port.js';
import { Consumers } from './consumers.js';
import { assertName, assertPublishable, messageOnWire, returnedMessage } from './message.js';
import type { Queue } from './queue.js';
import { consumerPriority } from './queue-arguments.js';
import { Refusal } from './refusal.js';
import type { VirtualHost } from './virtual-host.js';

interface ChannelEvents {
  error: [error: Error];
  close: [];
  drain: [];
  return: [message: ReturnedMessage];
}

/** The connection of a channel. */
interface ChannelOwner {
  /** The name of the user. */
  readonly user: string;
  /** Carries events from the broker to the connection. */
  readonly wire: { send(event: () => void): void };
  /** Closes the whole connection because of a refusal. */
  closeBecause(refusal: Refusal): void;
}

/**
 * A channel of a connection to an embedded broker. The broker acts at once; its reply comes later, as from a socket.
 */
export class EmbeddedChannel extends EventEmitter<ChannelEvents> implements ConfirmChannel {
  /** `refused`: the broker has closed the channel, but the `close` event has not arrived yet. */
  private state: 'open' | 'refused' | 'closing' | 'closed' = 'open';
  private readonly consumers: Consumers;
  private prefetchCount = 0;
  /** Reject the operations whose reply will not come. */
  private readonly unanswered: ((error: Error) => void)[] = [];
  private readonly unconfirmed: ((error: Error) => void)[] = [];

  constructor(
    private readonly host: VirtualHost,
    private readonly connection: ChannelOwner,
    private readonly onClosed: (channel: EmbeddedChannel) => void,
  ) {
    super();
    this.consumers = new Consumers(host.traffic, (event) =>
      connection.wire.send(() => {
        if (this.isListening) event();
      }),
    );
  }

  assertQueue(name: string, options: QueueDeclaration = {}): Promise<QueueState> {
    return this.command('QueueDeclare', [name], () =>
      stateOf(this.host.declareQueue(name, options, this.connection)),
    );
  }

  checkQueue(name: string): Promise<QueueState> {
    return this.command('QueueDeclare', [name], () => stateOf(this.host.queueFor(name, this.connection)));
  }

  deleteQueue(name: string): Promise<{ messageCount: number }> {
    return this.command('QueueDelete', [name], () => {
      if (!this.host.findQueue(name)) return { messageCount: 0 };
      const queue = this.host.queueFor(name, this.connection);
      const { messageCount } = queue;
      this.host.deleteQueue(queue);
      return { messageCount };
    });
  }

  assertExchange(
    name: string,
    type: string,
    options: ExchangeDeclaration = {},
  ): Promise<{ exchange: string }> {
    return this.command('ExchangeDeclare', [name, type], () => {
      this.host.declareExchange(name, type, options);
      return { exchange: name };
    });
  }

  checkExchange(name: string): Promise<unknown> {
    return this.command('ExchangeDeclare', [name], () => void this.host.exchange(name));
  }

  deleteExchange(name: string): Promise<unknown> {
    return this.command('ExchangeDelete', [name], () => this.host.deleteExchange(name));
  }

  bindQueue(queue: string, exchange: string, routingKey: string, args?: Table): Promise<unknown> {
    return this.command('QueueBind', [queue, exchange, routingKey], () =>
      this.host.bind(exchange, this.host.queueFor(queue, this.connection), routingKey, args),
    );
  }

  unbindQueue(queue: string, exchange: string, routingKey: string, args?: Table): Promise<unknown> {
    return this.command('QueueUnbind', [queue, exchange, routingKey], () => {
      const bound = this.host.findQueue(queue);
      if (bound) this.host.unbind(exchange, bound, routingKey, args);
    });
  }

  bindExchange(destination: string, source: string, routingKey: string, args?: Table): Promise<unknown> {
    return this.command('ExchangeBind', [destination, source, routingKey], () =>
      this.host.bind(source, this.host.exchange(destination), routingKey, args),
    );
  }

  prefetch(count: number): Promise<unknown> {
    return this.command('BasicQos', [], () => void (this.prefetchCount = count));
  }

  consume(
    name: string,
    onMessage: (message: ConsumeMessage | null) => void,
    options: ConsumerDeclaration = {},
  ): Promise<ConsumerReply> {
    let start = (): void => undefined;
    const reply = this.command('BasicConsume', [name], () => {
      const queue = this.host.queueFor(name, this.connection);
      const priority = consumerPriority(name, this.host.name, queue.terms, options.arguments ?? {});
      const consumer = this.consumers.add(queue, { prefetchCount: this.prefetchCount, priority }, onMessage);
      start = () => queue.addConsumer(consumer);
      return { consumerTag: consumer.tag };
    });
    // The reply has been sent, so deliveries arrive after it.
    start();
    return reply;
  }

  cancel(consumerTag: string): Promise<unknown> {
    return this.command('BasicCancel', [consumerTag], () => {
      this.consumers.cancel(consumerTag);
      return { consumerTag };
    });
  }

  get(name: string): Promise<GotMessage | false> {
    return this.command('BasicGet', [name], () =>
      this.consumers.get(this.host.queueFor(name, this.connection)),
    );
  }

  ack({ fields }: Settleable, allUpTo = false): void {
    this.settle(() => this.consumers.settle(fields.deliveryTag, allUpTo, 'ack'));
  }

  nack({ fields }: Settleable, allUpTo = false, requeue = true): void {
    this.settle(() => this.consumers.settle(fields.deliveryTag, allUpTo, requeue ? 'requeue' : 'reject'));
  }

  readonly publish: ConfirmChannel['publish'] = (exchange, routingKey, content, properties, onConfirm) => {
    this.assertOpen();
    const message = messageOnWire(exchange, routingKey, content, properties);
    if (this.state === 'refused') {
      this.unconfirmed.push(onConfirm);
      return true;
    }
    try {
      assertPublishable(message, this.connection.user);
      const { queues, isRejected } = this.host.publish(message);
      const isReturned = queues.length === 0 && properties.mandatory === true;
      if (!isReturned && !isRejected) this.host.traffic.published(message);
      this.connection.wire.send(() => {
        if (!this.isListening) return onConfirm(new Error('channel closed'));
        if (isReturned) this.emit('return', returnedMessage(message));
        onConfirm(isRejected ? new Error('message nacked') : null);
      });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.unconfirmed.push(onConfirm);
      this.refuse(error);
    }
    return true;
  };

  async close(): Promise<void> {
    this.assertOpen();
    this.release();
    this.state = 'closing';
    await new Promise<void>((resolve) =>
      this.connection.wire.send(() => {
        this.closed();
        resolve();
      }),
    );
  }

  /** Ends the channel in the broker: it removes the consumers, and puts unsettled messages back. */
  release(): void {
    if (this.state === 'open') this.state = 'refused';
    this.consumers.release();
  }

  /** Tells the channel that it is closed. */
  closed(): void {
    if (this.state === 'closed') return;
    this.state = 'closed';
    this.onClosed(this);
    for (const reject of this.unanswered) reject(new Error('Channel ended, no reply will be forthcoming'));
    for (const onConfirm of this.unconfirmed) onConfirm(new Error('channel closed'));
    this.emit('close');
  }

  /** Whether events from the broker still matter. */
  private get isListening(): boolean {
    return this.state === 'open' || this.state === 'refused';
  }

  private command<T>(method: string, names: readonly string[], action: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.assertOpen();
      for (const name of names) assertName('name', name);
      if (this.state === 'refused') {
        this.unanswered.push(reject);
        return;
      }
      try {
        const reply = action();
        this.connection.wire.send(() => resolve(reply));
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        this.refuse(error, method, reject);
      }
    });
  }

  private settle(action: () => void): void {
    this.assertOpen();
    if (this.state === 'refused') return;
    try {
      action();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.refuse(error);
    }
  }

  private refuse(refusal: Refusal, method = '', reject?: (error: Error) => void): void {
    if (refusal.closesConnection) {
      if (reject) this.unanswered.push(reject);
      this.connection.closeBecause(refusal);
      return;
    }
    this.release();
    this.connection.wire.send(() => {
      reject?.(refusal.ofOperation(method));
      if (this.state === 'refused') this.emit('error', refusal.ofChannel());
      this.closed();
    });
  }

  private assertOpen(): void {
    if (!this.isListening) throw new Error(`Channel ${this.state}`);
  }
}

function stateOf({ name, messageCount, consumerCount }: Queue): QueueState {
  return { queue: name, messageCount, consumerCount };
}
