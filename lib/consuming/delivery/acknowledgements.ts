import { setMaxListeners } from 'node:events';
import { nextTick } from 'node:process';
import { type Channel, type ConsumeMessage, isClosed } from '../../broker/index.js';

const NOTHING = Buffer.alloc(0);

/**
 * The acknowledgements of one channel. Delivery tags mean nothing on another, so what comes after the
 * channel's end is dropped: the broker delivers those messages again.
 *
 * Those that are settled in one go, until promises have nothing more to do, are gathered: one frame acknowledges all
 * up to the highest tag below which everything is settled. Each of the others, which only a consumer of several
 * messages at once has, takes a frame of its own.
 */
export class Acknowledgements {
  private isOpen = true;
  /** All tags below it are settled, or were left out by the broker. */
  private firstUnsettled = 1;
  /** The tags that were settled before an earlier one. */
  private readonly settledAhead = new Set<number>();
  /** Acknowledged, and the broker not told yet. */
  private gathered: ConsumeMessage[] = [];
  private last = 0;
  private readonly ended = new AbortController();
  private readonly flushInTurn = (): void => this.flush();

  /** @param onFailed told why the channel can't be gone on with; from then on, acknowledgements are dropped */
  constructor(
    private readonly channel: Pick<Channel, 'ack' | 'nack' | 'on'>,
    private readonly onFailed: (error: Error) => void,
  ) {
    // One listener for each message in hand.
    setMaxListeners(0, this.ending);
    channel.on('close', () => {
      this.isOpen = false;
      this.end();
    });
  }

  /** Aborted when what is not settled yet goes back soon, or has gone back: the consumer stops, or the channel is gone. */
  get ending(): AbortSignal {
    return this.ended.signal;
  }

  /** The consumer stops: what takes long is not waited for. */
  end(): void {
    this.ended.abort();
  }

  /** The channel can't be gone on with; what is not settled comes again on another. */
  giveUp(reason: Error): void {
    this.flush();
    this.isOpen = false;
    this.end();
    this.onFailed(reason);
  }

  /**
   * To be told of every delivery, in order.
   *
   * @returns false for a delivery tag that no broker gives: its delivery can't be acknowledged
   */
  delivered({ fields: { deliveryTag } }: ConsumeMessage): boolean {
    if (!(deliveryTag > this.last && deliveryTag <= Number.MAX_SAFE_INTEGER)) return false;
    // Where all is settled, a tag that the broker leaves out is not waited for.
    if (this.firstUnsettled > this.last) this.firstUnsettled = deliveryTag;
    this.last = deliveryTag;
    return true;
  }

  /**
   * The message is done with. The broker is told before this turn of the event loop is over; what the message
   * had in it is let go of at once: kept until then, large bodies would outlive a garbage collection or two, and
   * stay for long.
   */
  ack(delivery: ConsumeMessage): void {
    delivery.content = NOTHING;
    if (this.gathered.push(delivery) === 1) nextTick(this.flushInTurn);
    this.settle(delivery.fields.deliveryTag);
  }

  /** The message goes back into the queue. */
  requeue(delivery: ConsumeMessage): void {
    this.reject(delivery, true);
  }

  /** The message is discarded, or dead-lettered; with `requeue` it goes back into the queue. */
  reject(delivery: ConsumeMessage, requeue = false): void {
    // What was acknowledged earlier is told earlier.
    this.flush();
    this.whileOpen(() => this.channel.nack(delivery, false, requeue));
    this.settle(delivery.fields.deliveryTag);
  }

  /** Whether the message is done with, as far as this process is concerned. */
  isSettled({ fields: { deliveryTag } }: ConsumeMessage): boolean {
    return deliveryTag < this.firstUnsettled || this.settledAhead.has(deliveryTag);
  }

  /** Tells the broker what has been gathered. */
  flush(): void {
    const { gathered } = this;
    this.gathered = [];
    this.whileOpen(() => {
      let last: ConsumeMessage | undefined;
      for (const delivery of gathered) {
        const tag = delivery.fields.deliveryTag;
        if (tag >= this.firstUnsettled) this.channel.ack(delivery);
        else if (!last || tag > last.fields.deliveryTag) last = delivery;
      }
      if (last) this.channel.ack(last, true);
    });
  }

  private settle(tag: number): void {
    this.settledAhead.add(tag);
    while (this.settledAhead.delete(this.firstUnsettled)) this.firstUnsettled++;
  }

  private whileOpen(send: () => void): void {
    if (!this.isOpen) return;
    try {
      send();
    } catch (error) {
      // A channel that has begun to close throws before it says that it is closed.
      if (!isClosed(error)) this.giveUp(error as Error);
    }
  }
}
