import type { FedoraMessagingContext, ObservedConsumer } from '../../../consuming/index.js';
import type { IncomingMessage } from '../../../message/index.js';
import type { ErrorDetail, MessageOutcome, MessageRecord, SettledOutcome } from '../../protocol.js';

/** The delivery of an entry: the parts that are kept. */
export interface KeptDelivery {
  readonly fields: { readonly routingKey: string; readonly redelivered: boolean };
  readonly properties: IncomingMessage['properties'];
}

/** Where and how a message was received. */
export interface EntryInit {
  readonly seq: number;
  readonly bus: string;
  readonly consumer: ObservedConsumer;
  readonly delivery: KeptDelivery;
  /** Undefined when there is no message. */
  readonly context: FedoraMessagingContext | undefined;
  /** The body of a delivery without a message; the message has it otherwise. */
  readonly content: Buffer | undefined;
  readonly bytes: number;
  /** Handed to its handler again from the page. */
  readonly isAgain: boolean;
}

/** The parts of a record that do not change. */
export type Description = Omit<MessageRecord, 'outcome' | 'milliseconds' | 'error'>;

/** A received message that is kept. Nothing is read from the message until somebody is shown it. */
export class MessageEntry {
  readonly seq: number;
  readonly queue: string;
  readonly receivedAt = Date.now();
  outcome: MessageOutcome = 'in-hand';
  milliseconds: number | undefined;
  error: Error | undefined;
  /** The number of the change that settled it; 0 before. */
  settledBy = 0;
  /**
   * What the page that showed it last says of it. A WeakMap of descriptions would cost more than all the rest: the garbage
   * collector goes through it again and again.
   */
  shown:
    | {
        readonly by: object;
        readonly description: Description;
        error?: { readonly detail: ErrorDetail | undefined };
      }
    | undefined;

  constructor(
    readonly init: EntryInit,
    /** The number of the change that added it. */
    readonly addedBy: number,
  ) {
    this.seq = init.seq;
    this.queue = init.consumer.queue;
  }

  get topic(): string {
    return this.init.delivery.fields.routingKey;
  }

  settle(outcome: SettledOutcome, milliseconds: number, error: Error | undefined, change: number): void {
    this.outcome = outcome;
    this.milliseconds = milliseconds;
    this.error = error;
    this.settledBy = change;
  }
}
