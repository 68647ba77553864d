import type { BindingOptions, QueueOptions } from '../config/index.js';

/** What a consumer consumes. @publicApi */
export interface ConsumerOptions {
  /**
   * The queues to declare and consume, by name; `''` is a queue that the broker names. Default: the
   * setting `queues`.
   */
  queues?: Record<string, QueueOptions>;
  /** The bindings to declare before consuming. Default: the setting `bindings`. */
  bindings?: BindingOptions | BindingOptions[];
  /**
   * How many unacknowledged messages the broker sends ahead; 0 is no limit. At least `concurrency`.
   * Default: the setting `qos.prefetchCount`, or `concurrency` where that is more.
   */
  prefetch?: number;
  /**
   * How many messages of a queue are handled at the same time. At 1 they are handled in order; above,
   * those that are slow are overtaken, and each is acknowledged when it is done. Default: 1.
   */
  concurrency?: number;
  /**
   * What happens when the handler fails with an error that is not an outcome (Nack, Drop, HaltConsumer):
   *
   * - `stop`, as the Python library: the consumer stops, and everything unacknowledged goes back;
   * - `requeue`: the message goes back, at once; on a quorum queue with `x-delivery-limit` so many times;
   * - `drop`: the message is discarded, or dead-lettered;
   * - `retry`: the message comes again after a delay, see {@link RetryOptions}.
   *
   * Default: `stop`.
   */
  onError?: 'stop' | 'requeue' | 'drop' | 'retry';
  /** How `onError: 'retry'` tries again. Default: its defaults. */
  retry?: RetryOptions;
}

/**
 * How failed messages are tried again. They wait in queues of the broker, named after the one that is
 * consumed (`QUEUE.retry.MILLISECONDS`), which needs the permission to declare them; nothing is lost if
 * the process dies. Not for queues that the broker names.
 *
 * @publicApi
 */
export interface RetryOptions {
  /**
   * How often the handler is called for a message at most, the first time included, as `attempts` of BullMQ counts: when
   * the last attempt fails, too, the message is parked. Default: 5.
   */
  attempts?: number;
  /** How long it waits before it is tried again the first time, in milliseconds; each time twice as long. Default: 1,000. */
  delay?: number;
  /** It never waits longer than this, in milliseconds. Default: 60,000. */
  maxDelay?: number;
  /** The queue where it ends when no attempt helped. Default: `QUEUE.parked`. */
  parkingQueue?: string;
}
