import type { Channel, ConsumeMessage } from '../broker/index.js';

/**
 * The acknowledgements of one channel. Delivery tags mean nothing on another, so what comes after the
 * channel's end is dropped: the broker delivers those messages again.
 */
export class Acknowledgements {
  private isOpen = true;

  constructor(private readonly channel: Channel) {
    channel.on('close', () => (this.isOpen = false));
  }

  /** The message is done with. */
  ack(delivery: ConsumeMessage): void {
    this.whileOpen(() => this.channel.ack(delivery));
  }

  /** The message goes back into the queue. */
  requeue(delivery: ConsumeMessage): void {
    this.whileOpen(() => this.channel.nack(delivery, false, true));
  }

  /** The message is discarded, or dead-lettered. */
  reject(delivery: ConsumeMessage): void {
    this.whileOpen(() => this.channel.nack(delivery, false, false));
  }

  private whileOpen(send: () => void): void {
    if (!this.isOpen) return;
    try {
      send();
    } catch (error) {
      // A channel that has begun to close throws before it says that it is closed.
      if (!/clos/i.test((error as Error).message)) throw error;
      this.isOpen = false;
    }
  }
}
