import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { BackOff, type Outbox, type Publication, reasonOf } from '../../broker/index.js';
import { PermissionException, PublishForbidden } from '../../exceptions/index.js';
import type { LibraryLogger } from '../../logging/index.js';
import { nameOfDelivery } from '../../message/index.js';
import { settlesBefore, settlesWithin } from '../../time-limits/index.js';
import { copyFailureOf } from './copy-failure.js';
import type { FailedDelivery } from './error-policy.js';
import { unwritableHeaders } from './failed-copy.js';

/** How long the broker may take to confirm a copy. */
const PUBLISH_TIMEOUT_MS = 30_000;
/** How long the broker may take to answer the permission probe. */
const PERMISSION_TIMEOUT_MS = 5_000;
/** The first and the longest delay before a copy is published again that the broker could not take. */
const FIRST_RETRY_DELAY_MS = 200;
const MAX_RETRY_DELAY_MS = 10_000;
/** How long an unconfirmed copy is waited for after the consumer stops or loses its channel. */
const CONFIRM_WAIT_MS = 2_000;

/** The result of sending a copy; an error is a refusal that only an operator can change. */
type CopyOutcome = 'taken' | 'unwritable' | 'given up' | Error;

/**
 * Publishes a failed message as a copy to another queue. The message is acknowledged only after the broker has
 * confirmed the copy: if the process dies in between, the message is duplicated, but not lost. While the broker can't
 * take the copy, the sender tries again and the consumer does not stop.
 */
export class CopySender {
  constructor(
    /** The consumed queue. */
    private readonly queue: string,
    private readonly channel: Outbox,
    private readonly logger: LibraryLogger,
  ) {}

  /**
   * Checks that the user may publish copies. It publishes an empty message to a queue that does not exist: the broker
   * discards that message, or refuses it as it would refuse a copy. A broker that does not answer in time has not
   * refused.
   *
   * @throws PermissionException
   */
  async assertPermitted(): Promise<void> {
    const probe = { exchange: '', routingKey: randomUUID(), content: Buffer.alloc(0), properties: {} };
    try {
      await this.channel.publish(probe, PERMISSION_TIMEOUT_MS);
    } catch (error) {
      if (!(error instanceof PublishForbidden)) return;
      throw new PermissionException(
        'exchange',
        { name: '' },
        `${error.reason}. Retries in the broker and a parking queue need the permission to write to the default exchange, 'amq.default': ask the broker's administrators for it, or let messages wait with retry: { in: 'process' } and no 'parkingQueue'`,
        { cause: error },
      );
    }
  }

  /**
   * Settles a failed delivery.
   *
   * @param copies the copies to try: the next one if a copy can't be written; if none can, the message is rejected
   * @returns the error that stops the consumer, if any
   */
  async send(failed: FailedDelivery, copies: Iterable<Publication>): Promise<Error | undefined> {
    for (const copy of copies) {
      const outcome = await this.put(copy, failed);
      if (outcome === 'unwritable') continue;
      if (outcome === 'taken') failed.acknowledgements.ack(failed.delivery);
      return outcome instanceof Error ? outcome : undefined;
    }
    this.logger.error(`${this.nameOf(failed)} is rejected: the broker can't park it either`);
    failed.acknowledgements.reject(failed.delivery);
    return undefined;
  }

  /** Publishes a copy until the broker has it, or until this consumer can't acknowledge the message any more. */
  private async put(copy: Publication, failed: FailedDelivery): Promise<CopyOutcome> {
    const { acknowledgements } = failed;
    const backOff = new BackOff(FIRST_RETRY_DELAY_MS, MAX_RETRY_DELAY_MS);
    const { ending } = acknowledgements;
    while (!ending.aborted) {
      const failure = await this.publish(copy, ending);
      if (failure === undefined) return 'taken';
      const what = `${this.nameOf(failed)} can't be put into queue '${copy.routingKey}': ${reasonOf(failure)}`;
      switch (copyFailureOf(failure)) {
        case 'refused':
          return new Error(what, { cause: failure });
        case 'unwritable':
          this.logger.error(`${what}; the message is not retried`);
          return 'unwritable';
        case 'no queue':
          acknowledgements.giveUp(new Error(`the queue '${copy.routingKey}' is gone`));
          break;
        case 'passing':
          if (ending.aborted) break;
          this.logger.warn(`${what}; trying again`);
          await delay(backOff.next(), undefined, { signal: ending }).catch(() => undefined);
      }
    }
    return 'given up';
  }

  /** @returns the reason why the broker does not have the copy; undefined if it has it */
  private publish(copy: Publication, ending: AbortSignal): Promise<unknown> {
    const refusal = unwritableHeaders(copy);
    if (refusal) return Promise.resolve(refusal);
    const published = this.channel.publish(copy, PUBLISH_TIMEOUT_MS).then(
      () => undefined,
      (error: unknown) => error,
    );
    return soonAfter(ending, published);
  }

  private nameOf({ delivery }: FailedDelivery): string {
    return `${nameOfDelivery(delivery)} of queue '${this.queue}'`;
  }
}

/** Whether a publication is the permission probe: it has an empty body, which no message of a bus has. */
export function isPermissionProbe({ exchange, content }: Publication): boolean {
  return exchange === '' && content.length === 0;
}

/** The value of a promise; an error when it does not settle before the signal or shortly after. */
async function soonAfter(signal: AbortSignal, promise: Promise<unknown>): Promise<unknown> {
  const isSoon = (await settlesBefore(promise, signal)) || (await settlesWithin(promise, CONFIRM_WAIT_MS));
  return isSoon ? promise : new Error('The consumer does not wait for it');
}
