import { expect } from 'vitest';
import type { FaultRow } from './fault-row.js';

/** A received message, with the broker's marks. */
export interface Receipt {
  readonly id: string;
  readonly isRedelivered: boolean;
}

/** Keeps account of every message: published, confirmed, received. */
export class Ledger {
  /** The failures, by the ids of the messages. */
  readonly failures = new Map<string, Error>();
  readonly receipts: Receipt[] = [];
  /** Messages that were passed to publish(), each with its number. */
  private readonly published = new Map<string, number>();
  private readonly confirmed = new Set<string>();
  private readonly received = new Set<string>();
  /** Confirmed, but not received. */
  private readonly missing = new Set<string>();
  /** Messages whose confirmation may have been lost with a connection. */
  private readonly mayBeSentTwice = new Set<string>();
  private readonly duplicates: Receipt[] = [];
  private waiting: (() => void)[] = [];
  private recoveringSince: { at: number; next: number } | undefined;
  private longestRecovery: number | undefined;

  publishing(id: string): void {
    this.published.set(id, this.published.size);
    this.check();
  }

  confirm(id: string): void {
    this.confirmed.add(id);
    if (!this.received.has(id)) this.missing.add(id);
    this.check();
  }

  fail(id: string, error: Error): void {
    this.failures.set(id, error);
    this.check();
  }

  receive(receipt: Receipt): void {
    this.receipts.push(receipt);
    if (this.received.has(receipt.id)) this.duplicates.push(receipt);
    this.received.add(receipt.id);
    this.missing.delete(receipt.id);
    this.noteRecovery(receipt.id);
    this.check();
  }

  /** The publishing connection was lost, so unconfirmed messages are sent again. */
  publishingLost(): void {
    for (const id of this.published.keys()) if (!this.confirmed.has(id)) this.mayBeSentTwice.add(id);
  }

  /** From now on no fault stops messages. */
  faultOver(): void {
    this.recoveringSince = { at: Date.now(), next: this.published.size };
  }

  /** Resolves when a message that was published after the last fault has been received. */
  whenRecovered(): Promise<void> {
    return this.when(() => this.recoveringSince === undefined);
  }

  /** Resolves when this many more publishes have failed. */
  whenFailedMore(count: number): Promise<void> {
    const { size } = this.failures;
    return this.when(() => this.failures.size >= size + count);
  }

  /** Resolves when this many messages have been received. */
  whenReceived(count: number): Promise<void> {
    return this.when(() => this.received.size >= count);
  }

  /** Resolves when this many messages have been published and neither confirmed nor failed. */
  whenWaiting(count: number): Promise<void> {
    return this.when(() => this.published.size - this.confirmed.size - this.failures.size >= count);
  }

  /** Resolves when this many more messages have been received. */
  whenReceivedMore(count: number): Promise<void> {
    return this.whenReceived(this.received.size + count);
  }

  /**
   * Resolves when every publish has ended and everything confirmed has been received; or after this many seconds, when
   * something must have been lost.
   */
  whenSettled(seconds = 120): Promise<void> {
    return this.when(
      () =>
        this.confirmed.size + this.failures.size === this.published.size &&
        this.missing.size === 0 &&
        this.recoveringSince === undefined,
      seconds * 1000,
    );
  }

  row(fault: string): FaultRow {
    return {
      fault,
      published: this.published.size,
      confirmed: this.confirmed.size,
      failed: this.failures.size,
      received: this.received.size,
      duplicates: this.duplicates.length,
      lost: this.missing.size,
      recovery: this.longestRecovery,
    };
  }

  /** No confirmed message is lost, each duplicate has its cause, and no message arrived that was not sent. */
  expectNothingLost(): void {
    expect(this.receivedUnsent).toEqual([]);
    expect([...this.missing]).toEqual([]);
    const withoutCause = this.duplicates.filter(
      ({ id, isRedelivered }) => !isRedelivered && !this.mayBeSentTwice.has(id),
    );
    expect(withoutCause).toEqual([]);
  }

  /**
   * Every publish was confirmed, except those with an allowed error.
   *
   * @param allowed the texts of allowed errors
   */
  expectNoFailures(allowed?: RegExp): void {
    const unexpected = [...this.failures.values()].map(String).filter((failure) => !allowed?.test(failure));
    expect(unexpected).toEqual([]);
  }

  /**
   * Each message came after the messages that were published before it. Of a message that came twice, the first counts.
   */
  expectOrder(): void {
    const numbers = [...this.received].map((id) => this.published.get(id)!);
    expect(numbers).toEqual(numbers.toSorted((one, other) => one - other));
  }

  /**
   * The messages that were received although their errors do not say that they were sent. A message that the broker
   * answered with basic.nack was sent: a quorum queue whose leader ends rejects messages, and may still have them when
   * the next leader is elected.
   */
  private get receivedUnsent(): string[] {
    const unsent = [...this.failures].filter(([, { message }]) => !/it was sent|basic\.nack/.test(message));
    return unsent.map(([id]) => id).filter((id) => this.received.has(id));
  }

  private noteRecovery(id: string): void {
    const { recoveringSince } = this;
    if (!recoveringSince) return;
    if ((this.published.get(id) ?? 0) < recoveringSince.next) return;
    this.longestRecovery = Math.max(this.longestRecovery ?? 0, (Date.now() - recoveringSince.at) / 1000);
    this.recoveringSince = undefined;
  }

  private when(isTrue: () => boolean, limit?: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.waiting = this.waiting.filter((other) => other !== check);
        resolve();
      };
      const timer = limit === undefined ? undefined : setTimeout(done, limit);
      const check = (): void => {
        if (isTrue()) done();
      };
      this.waiting.push(check);
      check();
    });
  }

  private check(): void {
    for (const check of this.waiting) check();
  }
}
