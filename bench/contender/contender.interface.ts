import type { ConsumeTask } from './protocol.js';
import type { UpdateBody } from './update-body.js';

/** The target of a publisher: `amq.topic`, with this topic. */
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
  /** The number of messages that both the guard and the interceptor have seen. */
  readonly enhanced: number;
  /** Resolves when all handled messages are acknowledged. */
  close(): Promise<void>;
}

/** The work of a handler: called with the body's `n`, after validation. */
export type Handle = (n: number) => void;

/** A client of the bus. */
export interface Contender {
  openPublisher(options: PublisherOptions): Promise<BenchPublisher>;
  openConsumer(options: ConsumerOptions, handle: Handle): Promise<BenchConsumer>;
}
