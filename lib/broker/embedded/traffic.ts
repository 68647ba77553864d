import { EventEmitter } from 'node:events';
import { setImmediate } from 'node:timers';
import { promisify } from 'node:util';
import type { ConsumeMessage, Publication } from '../port.js';

/** A consumer of an embedded broker. */
export interface EmbeddedConsumer {
  /** The name of its queue. */
  readonly queue: string;
  /** Whether it gets no more messages: it was cancelled, or its channel is closed. */
  readonly isCancelled: boolean;
}

/** A message that was sent to a consumer. */
export interface EmbeddedDelivery {
  readonly message: ConsumeMessage;
  readonly consumer: EmbeddedConsumer;
  /** The object that was given to `put()`, if no connection published the message. */
  readonly origin: object | undefined;
}

/**
 * How a delivery was settled: by basic.ack, or by basic.nack or basic.reject with or without requeue. `release`: its
 * channel was closed before that, so the message goes back.
 */
export type Settlement = 'ack' | 'requeue' | 'reject' | 'release';

interface EmbeddedTrafficEvents {
  /** A connection has published a message, and the broker has taken it. */
  published: [publication: Publication];
  delivered: [delivery: EmbeddedDelivery];
  settled: [delivery: EmbeddedDelivery, settlement: Settlement];
  cancelled: [consumer: EmbeddedConsumer];
  /** No delivery is unsettled, and no event is due. */
  quiet: [];
}

const turnOfTheEventLoop = promisify(setImmediate);

/** Emits the events of an embedded broker. */
export class EmbeddedTraffic extends EventEmitter<EmbeddedTrafficEvents> {
  /**
   * Counts unsettled deliveries, messages that are about to go on, and connections with events that have not arrived.
   */
  private pending = 0;

  constructor() {
    super();
    // Each call of `whenQuiet()` may add a listener.
    this.setMaxListeners(0);
  }

  published(publication: Publication): void {
    this.emit('published', publication);
  }

  delivered(delivery: EmbeddedDelivery): void {
    this.pending++;
    this.emit('delivered', delivery);
  }

  settled(delivery: EmbeddedDelivery, settlement: Settlement): void {
    this.emit('settled', delivery, settlement);
    this.done();
  }

  cancelled(consumer: EmbeddedConsumer): void {
    this.emit('cancelled', consumer);
  }

  /** Something will happen by itself. {@link done} follows. */
  due(): void {
    this.pending++;
  }

  done(): void {
    this.pending--;
    if (this.pending === 0) this.emit('quiet');
  }

  /** Resolves when no delivery is unsettled, no event is due, and nothing follows from earlier events. */
  async whenQuiet(): Promise<void> {
    for (;;) {
      // Code that waited for an event continues within one turn: nothing here waits for a socket.
      await turnOfTheEventLoop();
      if (this.pending === 0) return;
      await new Promise<void>((resolve) => this.once('quiet', resolve));
    }
  }
}
