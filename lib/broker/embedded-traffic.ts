import { EventEmitter } from 'node:events';
import { setImmediate } from 'node:timers';
import { promisify } from 'node:util';
import type { Message } from 'amqplib';
import type { Publication } from './sending/publication.js';

/** A consumer of an embedded broker. */
export interface EmbeddedConsumer {
  readonly queue: string;
  /** It is sent no more messages: it was cancelled, or its channel is closed. */
  isCancelled: boolean;
}

/** A message that was sent to a consumer. */
export interface EmbeddedDelivery {
  readonly message: Message;
  readonly consumer: EmbeddedConsumer;
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
  /** Deliveries that are not settled, and messages that are about to go on. */
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
    consumer.isCancelled = true;
    this.emit('cancelled', consumer);
  }

  /** A message is about to go on by itself: its time to live is over. */
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
      // All that connections do here is done within a turn: nothing of it waits for a socket.
      await turnOfTheEventLoop();
      if (this.pending === 0) return;
      await new Promise<void>((resolve) => this.once('quiet', resolve));
    }
  }
}
