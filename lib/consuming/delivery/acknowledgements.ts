import { setMaxListeners } from 'node:events';
import { nextTick } from 'node:process';
import { type Channel, type ConsumeMessage, isClosed } from '../../broker/index.js';
import type { DeliveryWatch } from './delivery-watch.js';

const EMPTY_BODY = Buffer.alloc(0);

/**
 * Acknowledges the deliveries of one channel. After the channel's end, acknowledgements are dropped: delivery tags
 * are valid on their own channel only, and the broker delivers those messages again.
 *
 * Acknowledgements of one turn of the event loop are sent together: one frame acknowledges all deliveries up to the
 * highest tag below which every delivery is settled. Each remaining delivery takes a frame of its own. Such
 * deliveries exist only when a consumer handles several messages at once.
 */
export class Acknowledgements {
  private isOpen = true;
  /** All lower tags are settled, or were skipped by the broker. */
  private firstUnsettled = 1;
  /** Tags that were settled while an earlier tag is not. */
  private readonly settledAhead = new Set<number>();
  /** Acknowledged deliveries that the broker has not been told of yet. */
  private gathered: ConsumeMessage[] = [];
  private last = 0;
  private readonly ended = new AbortController();
  private readonly flushInTurn = (): void => this.flush();

  /** @param onFailed told why the channel is unusable; from then on, acknowledgements are dropped */
  constructor(
    private readonly channel: Pick<Channel, 'ack' | 'nack' | 'on'>,
    private readonly onFailed: (error: Error) => void,
    private readonly watch?: DeliveryWatch,
  ) {
    // Each message in hand adds a listener.
    setMaxListeners(0, this.ending);
    channel.on('close', () => {
      this.isOpen = false;
      this.end();
    });
  }

  /**
   * Aborted when the consumer stops or the channel is gone: the broker delivers again what is not settled by then.
   */
  get ending(): AbortSignal {
    return this.ended.signal;
  }

  /** Call it when the consumer stops: it ends the waits for slow steps. */
  end(): void {
    this.ended.abort();
  }

  /** Gives up a channel that is unusable. Deliveries that are not settled come again on another channel. */
  giveUp(reason: Error): void {
    this.flush();
    this.isOpen = false;
    this.end();
    this.onFailed(reason);
  }

  /**
   * Registers a delivery. Call it for every delivery, in order.
   *
   * @returns false for a delivery tag that no broker gives: the delivery can't be acknowledged
   */
  delivered(delivery: ConsumeMessage): boolean {
    const { deliveryTag } = delivery.fields;
    if (!(deliveryTag > this.last && deliveryTag <= Number.MAX_SAFE_INTEGER)) return false;
    // When everything is settled, tags that the broker skips are skipped here, too.
    if (this.firstUnsettled > this.last) this.firstUnsettled = deliveryTag;
    this.last = deliveryTag;
    this.watch?.delivered(delivery);
    return true;
  }

  /**
   * Acknowledges a message. The broker is told before this turn of the event loop is over. The body is released now:
   * if it lived until then, V8 would move large bodies to the old generation.
   */
  ack(delivery: ConsumeMessage): void {
    delivery.content = EMPTY_BODY;
    if (this.gathered.push(delivery) === 1) nextTick(this.flushInTurn);
    this.settle(delivery, true);
  }

  /** The delivery stays unacknowledged while it waits for its next attempt. */
  wait(delivery: ConsumeMessage): void {
    this.watch?.waits(delivery);
  }

  /** Puts the message back into the queue. */
  requeue(delivery: ConsumeMessage): void {
    this.reject(delivery, true);
  }

  /** The broker discards or dead-letters the message; with `requeue` it goes back into the queue. */
  reject(delivery: ConsumeMessage, requeue = false): void {
    // The broker learns of earlier acknowledgements first.
    this.flush();
    this.settle(delivery, !requeue);
    this.whileOpen(() => this.channel.nack(delivery, false, requeue));
  }

  /** Whether this process has settled the message. */
  isSettled({ fields: { deliveryTag } }: ConsumeMessage): boolean {
    return deliveryTag < this.firstUnsettled || this.settledAhead.has(deliveryTag);
  }

  /** Sends the gathered acknowledgements. */
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

  private settle(delivery: ConsumeMessage, isGone: boolean): void {
    this.settledAhead.add(delivery.fields.deliveryTag);
    while (this.settledAhead.delete(this.firstUnsettled)) this.firstUnsettled++;
    this.watch?.settled(delivery, isGone);
  }

  private whileOpen(send: () => void): void {
    if (!this.isOpen) return;
    try {
      send();
    } catch (error) {
      // A closing channel throws before it emits 'close'.
      if (!isClosed(error)) this.giveUp(error as Error);
    }
  }
}
