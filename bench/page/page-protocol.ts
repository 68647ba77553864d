import type { Measurement } from '../contender/protocol.js';

/** A consumer of a queue, paused at first, with the live page or without. */
export interface StartTask {
  readonly amqpUrl: string;
  readonly queue: string;
  readonly prefetch: number;
  readonly hasPage: boolean;
  /** Whether the application hides parts of each message. */
  readonly isRedacted: boolean;
}

/** Memory after a garbage collection, in MB. */
export interface MemorySample {
  readonly rss: number;
  readonly heap: number;
}

export interface PageTasks {
  /** The address of the page; null without one. */
  start: { input: StartTask; output: { page: string | null } };
  /** Resumes the consumer, measures the messages behind the warm-up, and pauses it. */
  consume: { input: { warmUp: number; count: number }; output: Measurement };
  memory: { input: null; output: MemorySample };
  stop: { input: null; output: null };
}
