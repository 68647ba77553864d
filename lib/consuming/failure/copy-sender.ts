import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { BackOff, type Outbox, type Publication, reasonOf } from '../../broker/index.js';
import { PermissionException, PublishForbidden, shownValue } from '../../exceptions/index.js';
import { LibraryLogger } from '../../logging/index.js';
import { settlesBefore, settlesWithin } from '../../time-limits/index.js';
import { copyFailureOf } from './copy-failure.js';
import type { FailedDelivery } from './error-policy.js';
import { unwritableHeaders } from './failed-copy.js';

/** How long the broker may take to confirm that it has the message, in milliseconds. */
const PUBLISH_TIMEOUT = 30_000;
/** How long the broker may take to say that the user may write copies, in milliseconds. */
const PERMISSION_TIMEOUT = 5_000;
/** How long it is until a copy is published again that the broker could not take, in milliseconds: at first, and at most. */
const FIRST_WAIT = 200;
const LONGEST_WAIT = 10_000;
/** How long a copy that is on its way is waited for when the consumer stops, or has lost its channel, in milliseconds. */
const LAST_WAIT = 2_000;

/** What became of a copy; an error is a refusal that nothing but an operator changes. */
type CopyOutcome = 'taken' | 'unwritable' | 'given up' | Error;

/**
 * Hands a failed message to the broker, as a copy in another queue. The message is acknowledged only when the broker has
 * confirmed that copy: should the process die in between, it comes twice, but is not lost. A broker that can't take the
 * copy for a while is no reason to stop.
 */
export class CopySender {
  private readonly logger = new LibraryLogger();

  constructor(private readonly channel: Outbox) {}

  /**
   * Publishes an empty message to a queue that there is not: the broker discards it, or refuses it as it would refuse a copy.
   * A broker that does not answer in time has not refused it.
   *
   * @throws PermissionException
   */
  async assertPermitted(): Promise<void> {
    const probe = { exchange: '', routingKey: randomUUID(), content: Buffer.alloc(0), properties: {} };
    try {
      await this.channel.publish(probe, PERMISSION_TIMEOUT);
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
   * @param copies what is to be tried, each if the one before can't be written; where none can, the message is rejected
   * @returns what the consumer has to stop with, if it has to
   */
  async send(failed: FailedDelivery, copies: Iterable<Publication>): Promise<Error | undefined> {
    for (const copy of copies) {
      const outcome = await this.put(copy, failed);
      if (outcome === 'unwritable') continue;
      if (outcome === 'taken') failed.acknowledgements.ack(failed.delivery);
      return outcome instanceof Error ? outcome : undefined;
    }
    this.logger.error(`${nameOf(failed)} can't be parked either; it is rejected`);
    failed.acknowledgements.reject(failed.delivery);
    return undefined;
  }

  /** Publishes a copy until the broker has it, or its message is no longer this consumer's to acknowledge. */
  private async put(copy: Publication, failed: FailedDelivery): Promise<CopyOutcome> {
    const { acknowledgements } = failed;
    const backOff = new BackOff(FIRST_WAIT, LONGEST_WAIT);
    const { ending } = acknowledgements;
    while (!ending.aborted) {
      const failure = await this.publish(copy, ending);
      if (failure === undefined) return 'taken';
      const what = `${nameOf(failed)} can't be put into queue '${copy.routingKey}': ${reasonOf(failure)}`;
      switch (copyFailureOf(failure)) {
        case 'refused':
          return new Error(what, { cause: failure });
        case 'unwritable':
          this.logger.error(`${what}; it is not retried`);
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

  /** @returns why the broker does not have it, if it does not */
  private publish(copy: Publication, ending: AbortSignal): Promise<unknown> {
    const refusal = unwritableHeaders(copy);
    if (refusal) return Promise.resolve(refusal);
    const published = this.channel.publish(copy, PUBLISH_TIMEOUT).then(
      () => undefined,
      (error: unknown) => error,
    );
    return soonAfter(ending, published);
  }
}

/** Whether a publication is the empty message that asks for permission: no message of a bus has an empty body. */
export function isPermissionProbe({ exchange, content }: Publication): boolean {
  return exchange === '' && content.length === 0;
}

function nameOf({ delivery }: FailedDelivery): string {
  return `The message ${shownValue(delivery.properties.messageId ?? null)}`;
}

/** What a promise resolves with; an error when that does not come soon after a signal. */
async function soonAfter(signal: AbortSignal, promise: Promise<unknown>): Promise<unknown> {
  const isSoon = (await settlesBefore(promise, signal)) || (await settlesWithin(promise, LAST_WAIT));
  return isSoon ? promise : new Error('The consumer does not wait for it');
}
