import type { ConsumeMessage } from '../../broker/index.js';
import { describeError, type Drop, type Nack } from '../../exceptions/index.js';
import type { LibraryLogger } from '../../logging/index.js';
import { nameOfDelivery } from '../../message/index.js';
import { LoggedDrop } from './logged-drop.js';

/** So many messages are remembered as told of. */
const MAX_REMEMBERED = 1000;

/** Tells of messages that a handler gives back or drops. */
export class OutcomeLog {
  /** A message that is given back comes again, and again: it is told of once. */
  private readonly nacked = new Set<string>();

  constructor(
    private readonly logger: LibraryLogger,
    private readonly consumer: string,
  ) {}

  nack(delivery: ConsumeMessage, nack: Nack): void {
    if (this.isKnown(delivery.properties.messageId)) return;
    this.warn(delivery, 'goes back into the queue', nack);
  }

  drop(delivery: ConsumeMessage, drop: Drop): void {
    if (!(drop instanceof LoggedDrop)) this.warn(delivery, 'is dropped', drop);
  }

  private warn(delivery: ConsumeMessage, fate: string, outcome: Nack | Drop): void {
    this.logger.warn(
      `${nameOfDelivery(delivery)} ${fate}, as ${this.consumer} says: ${describeError(outcome)}`,
    );
  }

  private isKnown(id: string | undefined): boolean {
    if (id === undefined) return false;
    if (this.nacked.has(id)) return true;
    // The oldest makes room.
    if (this.nacked.size === MAX_REMEMBERED) this.nacked.delete(this.nacked.values().next().value!);
    this.nacked.add(id);
    return false;
  }
}
