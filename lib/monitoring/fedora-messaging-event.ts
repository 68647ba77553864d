import type { RunningConsumer } from '../consuming/index.js';

/** The name of one of a bus's two connections. @publicApi */
export type ConnectionPurpose = 'publishing' | 'consuming';

/** An event of a connection or consumer of a bus. @publicApi */
export type FedoraMessagingEvent = {
  /** The bus: the `bus` of its `forRoot()`, or `default`. */
  readonly bus: string;
} & (
  | {
      /** A connection is up, for the first time or again. */
      readonly type: 'connected';
      readonly connection: ConnectionPurpose;
    }
  | {
      /** A connection was lost; it is being made again. */
      readonly type: 'disconnected';
      readonly connection: ConnectionPurpose;
      readonly reason: string;
    }
  | {
      /** The broker takes no messages because it lacks memory or disk; publishes wait. */
      readonly type: 'blocked';
      readonly connection: ConnectionPurpose;
      readonly reason: string;
    }
  | {
      /** The broker takes messages again. */
      readonly type: 'unblocked';
      readonly connection: ConnectionPurpose;
    }
  | {
      /** A consumer has stopped for good; without an error it was cancelled by the application. */
      readonly type: 'consumer-stopped';
      readonly consumer: RunningConsumer;
      readonly error: Error | undefined;
    }
);
