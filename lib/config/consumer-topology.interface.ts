/** The settings of a queue to declare. @publicApi */
export interface QueueOptions {
  /** The queue survives a restart of the broker. */
  durable: boolean;
  /** The broker deletes the queue when its last consumer is gone. */
  autoDelete: boolean;
  /** Only this connection may use the queue, and it is deleted with the connection. */
  exclusive: boolean;
  /** Queue arguments, such as `{ 'x-queue-type': 'quorum' }`. */
  arguments: Record<string, unknown>;
}

/** Which messages of an exchange a queue gets. @publicApi */
export interface BindingOptions {
  /**
   * The queue. Default: the server-named queue (`''`), else the only queue of the consumer.
   */
  queue?: string;
  /** The exchange. */
  exchange: string;
  /** Routing keys; for a topic exchange `*` stands for one word, `#` for any number of words. */
  routingKeys: string[];
  /** Binding arguments, for a headers exchange. Default: none. */
  arguments?: Record<string, unknown>;
}

/**
 * Queues with their bindings, and how to consume them. In the settings, `topologies` gives each topology a name, and
 * consumers use it by that name.
 *
 * @publicApi
 */
export interface ConsumerTopology {
  /**
   * The queues to declare and consume, by name. The broker names the queue `''`. Default: the setting `queues`.
   */
  queues?: Record<string, QueueOptions>;
  /** The bindings to declare before consuming. Default: the setting `bindings`. */
  bindings?: BindingOptions | BindingOptions[];
  /**
   * How many unacknowledged messages the broker sends ahead; 0 is no limit. At least `concurrency`. Default: the
   * setting `qos.prefetchCount`, or `concurrency` if that is larger.
   *
   * A queue that may be a quorum queue sends `concurrency` messages ahead after each start, pause and reconnection, and
   * `prefetch` when a message has been finished that had not come back: otherwise messages that no handler has seen
   * would use up their `x-delivery-limit`. With `x-single-active-consumer`, a quorum queue sends `concurrency` messages
   * ahead all the time.
   */
  prefetch?: number;
  /**
   * How many messages of a queue are handled at the same time. With 1, messages are handled in order. With more, quick
   * messages overtake slow messages, and each message is acknowledged when its handler is done. Default: 1.
   */
  concurrency?: number;
  /**
   * Arguments of the consumer itself, such as `{ 'x-priority': 10 }`, or `{ 'x-stream-offset': 'first' }` for a stream:
   * where the consumer begins. After a lost connection or a pause, the consumer of a stream goes on behind the last
   * message that it has handled. Default: none; a stream is then read from the next message on.
   */
  consumeArguments?: Record<string, unknown>;
  /**
   * What happens when the handler fails with an error other than an outcome (Nack, Drop or HaltConsumer):
   *
   * - `stop`, as in the Python library: the consumer stops, and all unacknowledged messages go back into their queue;
   * - `requeue`: the message goes back into its queue at once; `x-delivery-limit` of a quorum queue limits how often,
   *   but not since RabbitMQ 4.3;
   * - `drop`: the broker discards or dead-letters the message;
   * - `retry`: the message is handled again after a delay, see {@link RetryOptions};
   * - a function: it chooses for each error.
   *
   * Default: `stop`.
   */
  onError?: 'stop' | 'requeue' | 'drop' | 'retry' | ErrorHandling;
  /** How to retry, when `onError` or its function chooses `retry`. Default: the defaults of each option. */
  retry?: RetryOptions;
}

/**
 * What happens with a message whose handler failed. `stop`, `requeue`, `drop` and `retry` are those of
 * {@link ConsumerTopology.onError}. `{ delay }` is `retry` after `delay` milliseconds, 2,147,483,647 at most; with
 * `in: 'broker'`, the message waits for the nearest configured delay. @publicApi
 */
export type ErrorAction = 'stop' | 'requeue' | 'drop' | 'retry' | { delay: number };

/**
 * Chooses what happens with a message whose handler failed. If this function throws, the consumer stops.
 *
 * @param error the error of the handler
 * @param attempt how many times the handler has been called for the message, at least 1
 * @publicApi
 */
export type ErrorHandling = (error: Error, attempt: number) => ErrorAction;

/** How failed messages are tried again. @publicApi */
export interface RetryOptions {
  /**
   * Where a failed message waits:
   *
   * - `broker`: in queues named after the consumed queue (`QUEUE.retry.MILLISECONDS`). If the process dies, the message
   *   is not lost, and the count of attempts continues. Needs the permissions to declare these queues and to write to
   *   the default exchange. Not possible for queues that the broker names.
   * - `process`: in this process. The message stays unacknowledged and counts for the prefetch; other messages are
   *   handled meanwhile. Needs no permission. If the process dies, or the channel is lost, the broker delivers the
   *   message again, and the count of attempts starts anew. The broker's acknowledgement timeout (default: 30 minutes)
   *   must be longer than all delays together.
   *
   * Default: `process` if `passiveDeclares` is set, otherwise `broker`.
   */
  in?: 'broker' | 'process';
  /**
   * The most calls of the handler for one message, the first call included, like `attempts` of BullMQ. When the last
   * attempt fails, `exhausted` decides what happens. Default: 5.
   */
  attempts?: number;
  /**
   * The wait before each next attempt, in milliseconds. The last delay applies to all later attempts. Replaces `delay`
   * and `maxDelay`. Default: delays computed from `delay` and `maxDelay`.
   */
  delays?: readonly number[];
  /** The wait before the second attempt, in milliseconds. Each next wait is twice as long. Default: 1,000. */
  delay?: number;
  /** The longest wait, in milliseconds. Default: 60,000. */
  maxDelay?: number;
  /**
   * What happens when the last attempt fails:
   *
   * - `park`: the message is put into the `parkingQueue`;
   * - `drop`: the message is rejected, and goes to the dead-letter exchange of its queue, if any;
   * - `stop`: the consumer stops, and the message goes back into its queue.
   *
   * Default: `park` with `in: 'broker'` or with a `parkingQueue`, otherwise `drop`.
   */
  exhausted?: 'park' | 'drop' | 'stop';
  /**
   * The queue for parked messages. Needs the permission to write to the default exchange and, unless `passiveDeclares`
   * is set, to declare the queue. Default: `QUEUE.parked`.
   */
  parkingQueue?: string;
}
