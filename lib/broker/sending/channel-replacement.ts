/** Where the broker rejects messages, a channel is replaced no more often than this, in milliseconds. */
const MIN_REPLACE_INTERVAL_MS = 1_000;

/**
 * Whether the channel is to be replaced. A channel of RabbitMQ keeps to the nodes that a quorum queue had when the channel
 * was opened: when the node that it asks is gone, it rejects every message, until that node is back. A new channel
 * knows better.
 */
export class ChannelReplacement {
  private wanted = false;
  private doneAt = 0;

  /** The channel is to be replaced when nothing is in flight on it any more. */
  get isWanted(): boolean {
    return this.wanted;
  }

  /** The broker has rejected a message. */
  noteRejected(): void {
    this.wanted ||= Date.now() - this.doneAt > MIN_REPLACE_INTERVAL_MS;
  }

  /** The channel has been replaced. */
  noteDone(): void {
    this.wanted = false;
    this.doneAt = Date.now();
  }
}
