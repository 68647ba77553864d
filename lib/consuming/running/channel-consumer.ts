import { type Channel, CLOSE_TIMEOUT, type ConsumeMessage, consumeQueue } from '../../broker/index.js';
import { settlesWithin } from '../../time-limits/index.js';

/**
 * The consumer of a channel, as the broker knows it. The broker never changes how many messages it sends ahead to a
 * consumer, so another number needs another consumer on the same channel. Deliveries stay in order: the second
 * consumer begins when the first one has ended.
 */
export class ChannelConsumer {
  private tag = '';
  private isEnding = false;
  private replacing: Promise<void> | undefined;

  /**
   * @param consumeArguments the arguments of the consumer
   * @param onDelivery called with null when the broker cancels the consumer
   */
  constructor(
    private readonly channel: Channel,
    private readonly queue: string,
    private readonly consumeArguments: Readonly<Record<string, unknown>>,
    private readonly onDelivery: (delivery: ConsumeMessage | null) => void,
  ) {}

  /**
   * @param prefetchCount how many messages the broker sends ahead; 0: no limit
   * @throws PermissionException, BadDeclaration
   */
  async start(prefetchCount: number): Promise<void> {
    const terms = { prefetchCount, consumeArguments: this.consumeArguments };
    this.tag = await consumeQueue(this.channel, this.queue, terms, this.onDelivery);
  }

  /**
   * Goes on with another number of messages that the broker sends ahead. If that fails, the channel is gone, and its
   * end is noticed.
   *
   * The first consumer is cancelled in this turn, before acknowledgements of this turn make room for more messages: the
   * broker would send them to that consumer, take them back, and count that.
   */
  restart(prefetchCount: number): void {
    const { replacing } = this;
    const replaced = replacing
      ? replacing.then(() => this.replace(prefetchCount))
      : this.replace(prefetchCount);
    const ended = replaced
      .catch(() => undefined)
      .then(() => {
        if (this.replacing === ended) this.replacing = undefined;
      });
    this.replacing = ended;
  }

  /** Ends the deliveries. If that fails, the channel is gone, and the broker's consumer with it. */
  async cancel(): Promise<void> {
    this.isEnding = true;
    const { replacing } = this;
    const cancelled = replacing
      ? replacing.then(() => this.channel.cancel(this.tag))
      : this.channel.cancel(this.tag);
    await settlesWithin(cancelled, CLOSE_TIMEOUT);
  }

  private async replace(prefetchCount: number): Promise<void> {
    if (this.isEnding) return;
    await this.channel.cancel(this.tag);
    // cancel() may have been called meanwhile.
    if (!this.isEnding) await this.start(prefetchCount);
  }
}
