/** An application with so many message classes and consumers. */
export interface GrowthTask {
  readonly amqpUrl: string;
  readonly schemas: number;
  /** One consumer each; each is bound to the topic of its own name. */
  readonly queues: readonly string[];
  /** How many messages the costs are measured with. */
  readonly messages: number;
}

/** What an application of that size costs. */
export interface GrowthMeasurement {
  /** From before the classes are decorated until the consumers are subscribed, in milliseconds. */
  readonly ready: number;
  /** Resident memory beyond that of Nest and this library alone, in MB. */
  readonly memory: number;
  /** CPU time of a class's first message, in microseconds: its schema is compiled. */
  readonly firstMessage: number;
  /** CPU time of encoding and decoding any later one, in microseconds. */
  readonly codec: number;
  /** CPU time of publishing a message and handling it, all queues in turn, in microseconds. */
  readonly roundTrip: number;
}

/** What the broker and amqplib alone need for such consumers. */
export interface DeclareTask {
  readonly amqpUrl: string;
  readonly queues: readonly string[];
}

/** One process that publishes and consumes so many messages. */
export interface EnduranceTask {
  readonly amqpUrl: string;
  readonly queue: string;
  readonly topic: string;
  readonly inFlight: number;
  /** After how many messages to look, ascending; the last one is the end. */
  readonly marks: readonly number[];
}

export interface EnduranceSample {
  readonly messages: number;
  /** Messages a second since the mark before. */
  readonly rate: number;
  /** Resident memory, in MB: as it was, and once garbage has been collected. */
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
  /** How many messages may be handled at once. */
  readonly concurrency: number;
}

export interface Progress {
  readonly handled: number;
  /** How many handlers have been running at once, at most. */
  readonly atOnce: number;
  /** When the first message came and when the last one was handled, as Date.now() counts. */
  readonly firstAt: number;
  readonly lastAt: number;
  /** CPU time since it began, in microseconds. */
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
