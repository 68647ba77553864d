import type { RunningConsumer } from '../consuming/index.js';

/** Which of the two connections of an application. @publicApi */
export type ConnectionPurpose = 'publishing' | 'consuming';

/** What happens to the connections and consumers of a bus. @publicApi */
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
      /** A connection was lost; the next one is on its way. */
      readonly type: 'disconnected';
      readonly connection: ConnectionPurpose;
      readonly reason: string;
    }
  | {
      /** The broker takes no messages, for want of memory or disk; publishes wait. */
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
