/** How bodies are checked: by JSON Schema, or by a class of class-validator. */
export type Validation = 'json-schema' | 'class-validator';

/** Publishes, and is measured once the warm-up is over. */
export interface PublishTask {
  readonly amqpUrl: string;
  readonly topic: string;
  /** The size of a body as JSON, in bytes. */
  readonly bodySize: number;
  readonly warmUp: number;
  readonly count: number;
  /** How many publishes are on their way at once; 1 is one after the other. */
  readonly inFlight: number;
}

/** Consumes what is in a queue, and is measured once the warm-up is over. */
export interface ConsumeTask {
  readonly amqpUrl: string;
  readonly queue: string;
  readonly prefetch: number;
  readonly validation: Validation;
  /** Whether a guard and an interceptor stand before the handler. */
  readonly enhancers: boolean;
  readonly warmUp: number;
  readonly count: number;
}

/** Publishes at a rate, consumes what it publishes, and times each message. */
export interface LatencyTask {
  readonly amqpUrl: string;
  readonly topic: string;
  readonly queue: string;
  readonly bodySize: number;
  readonly prefetch: number;
  /** Messages a second. */
  readonly rate: number;
  readonly warmUp: number;
  readonly count: number;
}

/** What a task took from the end of its warm-up on. */
export interface Measurement {
  readonly count: number;
  /** In milliseconds. */
  readonly elapsed: number;
  /** The contender's own CPU time, user and system, in microseconds. */
  readonly cpu: number;
}

export interface ConsumeMeasurement extends Measurement {
  /** How many messages the guard and the interceptor have both seen, warm-up included. */
  readonly enhanced: number;
}

export interface LatencyMeasurement extends Measurement {
  /** From the call of publish to the call of the handler, in milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

/** What each contender can be asked for. */
export interface ContenderTasks {
  publish: { input: PublishTask; output: Measurement };
  consume: { input: ConsumeTask; output: ConsumeMeasurement };
  latency: { input: LatencyTask; output: LatencyMeasurement };
}

/** What goes into a task and what comes out, by its name. */
export type InputOf<Tasks, Name extends keyof Tasks> = Tasks[Name] extends { input: infer Input }
  ? Input
  : never;
export type OutputOf<Tasks, Name extends keyof Tasks> = Tasks[Name] extends { output: infer Output }
  ? Output
  : never;

/** One line to the process. */
export interface TaskRequest {
  readonly id: number;
  readonly task: string;
  readonly input: unknown;
}

/** One line from the process. */
export interface TaskReply {
  readonly id: number;
  readonly output?: unknown;
  readonly error?: string;
}
