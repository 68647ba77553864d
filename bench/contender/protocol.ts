/** The way bodies are validated: by JSON Schema, or by a class of class-validator. */
export type Validation = 'json-schema' | 'class-validator';

/** Publishes, and is measured after the warm-up. */
export interface PublishTask {
  readonly amqpUrl: string;
  readonly topic: string;
  /** The size of a body as JSON, in bytes. */
  readonly bodySize: number;
  readonly warmUp: number;
  readonly count: number;
  /** The number of publishes in flight; 1 is one after the other. */
  readonly inFlight: number;
}

/** Consumes the messages of a queue, and is measured after the warm-up. */
export interface ConsumeTask {
  readonly amqpUrl: string;
  readonly queue: string;
  readonly prefetch: number;
  readonly validation: Validation;
  /** Whether a guard and an interceptor run before the handler. */
  readonly enhancers: boolean;
  readonly warmUp: number;
  readonly count: number;
}

/** Publishes at a rate, consumes its own messages, and times each message. */
export interface LatencyTask {
  readonly amqpUrl: string;
  readonly topic: string;
  readonly queue: string;
  readonly bodySize: number;
  readonly prefetch: number;
  /** Messages per second. */
  readonly rate: number;
  readonly warmUp: number;
  readonly count: number;
}

/** The time that a task took after its warm-up. */
export interface Measurement {
  readonly count: number;
  /** In milliseconds. */
  readonly elapsed: number;
  /** The contender's own CPU time, user and system, in microseconds. */
  readonly cpu: number;
}

export interface ConsumeMeasurement extends Measurement {
  /** The number of messages that both the guard and the interceptor have seen, warm-up included. */
  readonly enhanced: number;
}

export interface LatencyMeasurement extends Measurement {
  /** From the call of publish to the call of the handler, in milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

/** The tasks that each contender can do. */
export interface ContenderTasks {
  publish: { input: PublishTask; output: Measurement };
  consume: { input: ConsumeTask; output: ConsumeMeasurement };
  latency: { input: LatencyTask; output: LatencyMeasurement };
}

/** The input and the output of each task, by name. */
export type InputOf<Tasks, Name extends keyof Tasks> = Tasks[Name] extends { input: infer Input }
  ? Input
  : never;
export type OutputOf<Tasks, Name extends keyof Tasks> = Tasks[Name] extends { output: infer Output }
  ? Output
  : never;

/** A line to the process. */
export interface TaskRequest {
  readonly id: number;
  readonly task: string;
  readonly input: unknown;
}

/** A line from the process. */
export interface TaskReply {
  readonly id: number;
  readonly output?: unknown;
  readonly error?: string;
}
