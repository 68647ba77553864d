import type { ConsumeMessage } from '../../broker/index.js';
import { describeError, type Drop, type Nack } from '../../exceptions/index.js';
import type { LibraryLogger } from '../../logging/index.js';
import { nameOfDelivery } from '../../message/index.js';
import type { RunningConsumer } from '../running-consumer.interface.js';
import { LoggedDrop } from './logged-drop.js';

/** How many ids of returned messages are kept, so that each message is logged once. */
const MAX_LOGGED_IDS = 1000;

/** Logs the messages that a handler gives back or drops. */
export class OutcomeLog {
  /** Ids of messages that were given back: they come again and again, and are logged once. */
  private readonly nacked = new Set<string>();

  constructor(
    private readonly logger: LibraryLogger,
    private readonly consumer: Pick<RunningConsumer, 'name' | 'queue'>,
  ) {}

  nack(delivery: ConsumeMessage, nack: Nack): void {
    if (this.isKnown(delivery.properties.messageId)) return;
    this.warn(delivery, 'goes back into the queue', nack);
  }

  drop(delivery: ConsumeMessage, drop: Drop): void {
    if (!(drop instanceof LoggedDrop)) this.warn(delivery, 'is dropped', drop);
  }

  private warn(delivery: ConsumeMessage, fate: string, outcome: Nack | Drop): void {
    const { name, queue } = this.consumer;
    this.logger.warn(
      `${nameOfDelivery(delivery)} of queue '${queue}' ${fate}, because ${name} threw ${outcome.name}: ${describeError(outcome)}`,
    );
  }

  private isKnown(id: string | undefined): boolean {
    if (id === undefined) return false;
    if (this.nacked.has(id)) return true;
    // The oldest id makes room.
    if (this.nacked.size === MAX_LOGGED_IDS) this.nacked.delete(this.nacked.values().next().value!);
    this.nacked.add(id);
    return false;
  }
}
