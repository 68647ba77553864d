import { EventEmitter } from 'node:events';
import { setImmediate } from 'node:timers';
import { promisify } from 'node:util';
import type { ConsumeMessage, Publication } from '../port.js';

/** A consumer of an embedded broker. */
export interface EmbeddedConsumer {
  /** The name of its queue. */
  readonly queue: string;
  /** Whether it is sent no more messages: it was cancelled, or its channel is closed. */
  readonly isCancelled: boolean;
}

/** A message that was sent to a consumer. */
export interface EmbeddedDelivery {
  readonly message: ConsumeMessage;
  readonly consumer: EmbeddedConsumer;
  /** What was given to `put()`, if the message was not published by a connection. */
  readonly origin: object | undefined;
}

/**
 * What became of a delivery: basic.ack, basic.nack or basic.reject with or without requeue; `release`: its
 * channel was closed before any of them, so that it goes back.
 */
export type Settlement = 'ack' | 'requeue' | 'reject' | 'release';

interface EmbeddedTrafficEvents {
  /** A connection has published a message, and the broker has taken it. */
  published: [publication: Publication];
  delivered: [delivery: EmbeddedDelivery];
  settled: [delivery: EmbeddedDelivery, settlement: Settlement];
  cancelled: [consumer: EmbeddedConsumer];
  /** Nothing is in hand or due any more. */
  quiet: [];
}

const turnOfTheEventLoop = promisify(setImmediate);

/** What passes through an embedded broker, as it happens. */
export class EmbeddedTraffic extends EventEmitter<EmbeddedTrafficEvents> {
  /** Deliveries that are not settled, messages that are about to go on, and connections with something on its way. */
  private pending = 0;

  constructor() {
    super();
    // One listener for each that waits for quiet.
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

  /** Something is about to happen by itself. */
  due(): void {
    this.pending++;
  }

  done(): void {
    this.pending--;
    if (this.pending === 0) this.emit('quiet');
  }

  /** Resolves when nothing is in hand or due, and nothing follows from what was. */
  async whenQuiet(): Promise<void> {
    for (;;) {
      // Whoever waited for what has come goes on within a turn: nothing here waits for a socket.
      await turnOfTheEventLoop();
      if (this.pending === 0) return;
      await new Promise<void>((resolve) => this.once('quiet', resolve));
    }
  }
}
