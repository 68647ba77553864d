import type { Logger } from '@nestjs/common';
import { type Drop, type Nack, oneLine } from '../exceptions/index.js';
import { type Message, nameOf } from '../message/index.js';
import { LoggedDrop } from './logged-drop.js';

/** So many messages are remembered as told of. */
const MAX_REMEMBERED = 1000;

/** Tells of messages that a handler gives back or drops. */
export class OutcomeLog {
  /** A message that is given back comes again, and again: it is told of once. */
  private readonly nacked = new Set<string>();

  constructor(
    private readonly logger: Logger,
    private readonly consumer: string,
  ) {}

  nack(message: Message<object>, { message: reason }: Nack): void {
    if (this.isKnown(message.id)) return;
    this.warn(message, 'goes back into the queue', reason);
  }

  drop(message: Message<object>, drop: Drop): void {
    if (!(drop instanceof LoggedDrop)) this.warn(message, 'is dropped', drop.message);
  }

  private warn(message: Message<object>, fate: string, reason: string): void {
    this.logger.warn(`${nameOf(message)} ${fate}, as ${this.consumer} says: ${oneLine(reason)}`);
  }

  private isKnown(id: string | null): boolean {
    if (id === null) return false;
    if (this.nacked.has(id)) return true;
    // The oldest makes room.
    if (this.nacked.size === MAX_REMEMBERED) this.nacked.delete(this.nacked.values().next().value!);
    this.nacked.add(id);
    return false;
  }
}
