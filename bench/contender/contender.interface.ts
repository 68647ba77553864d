import type { ConsumeTask } from './protocol.js';
import type { UpdateBody } from './update-body.js';

/** Where a publisher publishes: on `amq.topic`, with this topic. */
export interface PublisherOptions {
  readonly amqpUrl: string;
  readonly topic: string;
}

export type ConsumerOptions = Pick<
  ConsumeTask,
  'amqpUrl' | 'queue' | 'prefetch' | 'validation' | 'enhancers'
>;

export interface BenchPublisher {
  /** Validates and publishes; resolves when the broker has confirmed. */
  publish(body: UpdateBody): Promise<void>;
  close(): Promise<void>;
}

export interface BenchConsumer {
  /** How many messages the guard and the interceptor have both seen. */
  readonly enhanced: number;
  /** Resolves when all that has been handled is acknowledged. */
  close(): Promise<void>;
}

/** What a handler does with a message: called with the body's `n`, after validation. */
export type Handle = (n: number) => void;

/** A way to be on the bus. */
export interface Contender {
  openPublisher(options: PublisherOptions): Promise<BenchPublisher>;
  openConsumer(options: ConsumerOptions, handle: Handle): Promise<BenchConsumer>;
}
