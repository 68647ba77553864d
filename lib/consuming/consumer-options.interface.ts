import type { BindingOptions, QueueOptions } from '../config/index.js';

/** What a consumer consumes. @publicApi */
export interface ConsumerOptions {
  /**
   * The queues to declare and consume, by name; `''` is a queue that the broker names. Default: the
   * setting `queues`.
   */
  queues?: Record<string, QueueOptions>;
  /** The bindings to declare before consuming. Default: the setting `bindings`. */
  bindings?: BindingOptions[];
}
