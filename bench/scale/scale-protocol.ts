/** An application with these numbers of message classes and consumers. */
export interface GrowthTask {
  readonly amqpUrl: string;
  readonly schemas: number;
  /** Each queue has one consumer, and is bound to the topic of its own name. */
  readonly queues: readonly string[];
  /** The number of messages that measure the costs. */
  readonly messages: number;
}

/** The costs of an application of that size. */
export interface GrowthMeasurement {
  /** From before the classes are decorated until the consumers are subscribed, in milliseconds. */
  readonly ready: number;
  /** Resident memory, without that of Nest and this library alone, in MB. */
  readonly memory: number;
  /** CPU time of a class's first message, in microseconds: its schema is compiled. */
  readonly firstMessage: number;
  /** CPU time of encoding and decoding a later message, in microseconds. */
  readonly codec: number;
  /** CPU time of publishing a message and handling it, all queues in turn, in microseconds. */
  readonly roundTrip: number;
}

/** The time that the broker and amqplib alone need for these consumers. */
export interface DeclareTask {
  readonly amqpUrl: string;
  readonly queues: readonly string[];
}

/** A process that publishes and consumes this many messages. */
export interface EnduranceTask {
  readonly amqpUrl: string;
  readonly queue: string;
  readonly topic: string;
  readonly inFlight: number;
  /** The marks, as numbers of messages, ascending; the last mark is the end. */
  readonly marks: readonly number[];
}

export interface EnduranceSample {
  readonly messages: number;
  /** Messages per second since the mark before. */
  readonly rate: number;
  /** Resident memory in MB, before and after a garbage collection. */
  readonly rss: number;
  readonly rssCollected: number;
  readonly heapCollected: number;
  /** The event loop's delay since the mark before, in milliseconds. */
  readonly delayP50: number;
  readonly delayP99: number;
  readonly delayMax: number;
}

/** Subscribes to a queue and pauses, until it is told to begin. */
export interface SubscribeTask {
  readonly amqpUrl: string;
  readonly queue: string;
  readonly prefetch: number;
  /** How long the handler takes, in milliseconds; 0 is no time at all. */
  readonly handlerTime: number;
  /** The number of messages that may be handled at the same time. */
  readonly concurrency: number;
}

export interface Progress {
  readonly handled: number;
  /** The largest number of handlers that ran at the same time. */
  readonly atOnce: number;
  /** The time of the first message and of the end of the last handler, as from Date.now(). */
  readonly firstAt: number;
  readonly lastAt: number;
  /** CPU time since the beginning, in microseconds. */
  readonly cpu: number;
}

export interface ScaleTasks {
  grow: { input: GrowthTask; output: GrowthMeasurement };
  declare: { input: DeclareTask; output: { elapsed: number } };
  endure: { input: EnduranceTask; output: EnduranceSample[] };
  subscribe: { input: SubscribeTask; output: null };
  begin: { input: null; output: null };
  progress: { input: null; output: Progress };
  unsubscribe: { input: null; output: null };
}
