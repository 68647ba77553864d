/** The shortest time between two replacements of a channel, in milliseconds. */
const MIN_REPLACE_INTERVAL_MS = 1_000;

/**
 * Decides when a channel is replaced because the broker rejects messages. A RabbitMQ channel keeps to the nodes that a
 * quorum queue had when the channel was opened. When the node that the channel asks is gone, the channel rejects every
 * message until that node is back. A new channel asks the current nodes.
 */
export class ChannelReplacement {
  private wanted = false;
  private doneAt = 0;

  /** Whether to replace the channel as soon as nothing is in flight on it. */
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
