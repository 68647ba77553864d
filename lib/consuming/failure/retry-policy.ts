import { setTimeout as delay } from 'node:timers/promises';
import { BackOff, type ConsumeMessage, type Publication, type Outbox, reasonOf } from '../../broker/index.js';
import { ConfigurationException, shownValue, ValidationError } from '../../exceptions/index.js';
import { isName, MAX_NAME } from '../../field-tables/index.js';
import { LibraryLogger } from '../../logging/index.js';
import { settlesBefore, settlesWithin } from '../../time-limits/index.js';
import type { RetryOptions } from '../consumer-options.interface.js';
import type { AuxiliaryQueue, ConsumerPlan } from '../consumer-plan.js';
import { copyFailureOf } from './copy-failure.js';
import type { ErrorPolicy, FailedDelivery } from './error-policy.js';
import { copyFor, hasPlainHeaders, plainCopyFor } from './failed-copy.js';
import { fewHeaders, parkingHeaders, retryHeaders, takeRetryHeaders } from './retry-headers.js';
import { RetryQueues } from './retry-queues.js';

/** How often the handler is called for a message, unless configured otherwise. */
const DEFAULT_ATTEMPTS = 5;
const DEFAULT_DELAY = 1_000;
const DEFAULT_MAX_DELAY = 60_000;
/** How long the broker may take to confirm that it has the message, in milliseconds. */
const PUBLISH_TIMEOUT = 30_000;
/** How long it is until a copy is published again that the broker could not take, in milliseconds: at first, and at most. */
const FIRST_WAIT = 200;
const LONGEST_WAIT = 10_000;
/** How long a copy that is on its way is waited for when the consumer stops, or has lost its channel, in milliseconds. */
const LAST_WAIT = 2_000;

/** What became of a copy; an error is a refusal that nothing but an operator changes. */
type CopyOutcome = 'taken' | 'unwritable' | 'given up' | Error;

/**
 * Hands a failed message to the broker, which keeps it in a queue for a while and then puts it back. The
 * message is acknowledged only when the broker has confirmed that copy: should the process die in
 * between, it comes twice, but is not lost. A broker that can't take the copy for a while is no reason to stop.
 */
export class RetryPolicy implements ErrorPolicy {
  private readonly logger = new LibraryLogger();
  private readonly attempts: number;
  private readonly delays: readonly number[];
  private readonly names: RetryQueues;

  /** @throws ConfigurationException */
  constructor(
    private readonly plan: ConsumerPlan,
    private readonly channel: Outbox,
    options: RetryOptions,
  ) {
    const {
      attempts = DEFAULT_ATTEMPTS,
      delay: first = DEFAULT_DELAY,
      maxDelay = DEFAULT_MAX_DELAY,
    } = options;
    for (const [key, value] of Object.entries({ attempts, delay: first, maxDelay })) {
      if (!Number.isInteger(value) || value < 1) {
        throw new ConfigurationException(
          `The consumer of queue '${plan.queue}': 'retry.${key}' must be a whole number of at least 1, but is ${shownValue(value)}`,
        );
      }
    }
    this.attempts = attempts;
    this.delays = Array.from({ length: attempts - 1 }, (_, n) =>
      Math.min(first * 2 ** n, Math.max(first, maxDelay)),
    );
    this.names = new RetryQueues(plan.queue, options.parkingQueue ?? `${plan.queue}.parked`);
    for (const { name } of this.auxiliaryQueues) assertQueueName(name, plan.queue);
  }

  /** The queues that messages wait in, one for each delay, and the one where they end. */
  get auxiliaryQueues(): AuxiliaryQueue[] {
    const { durable, arguments: args } = this.plan.options;
    const isQuorum = args['x-queue-type'] === 'quorum';
    const type = isQuorum ? { 'x-queue-type': 'quorum' } : {};
    const options = { durable, autoDelete: false, exclusive: false };
    const waiting = [...new Set(this.delays)].map((milliseconds) => ({
      name: this.names.waiting(milliseconds),
      options: {
        ...options,
        arguments: {
          ...type,
          // A quorum queue gives up a message that has expired only when the next queue has it.
          ...(isQuorum && { 'x-dead-letter-strategy': 'at-least-once', 'x-overflow': 'reject-publish' }),
          'x-message-ttl': milliseconds,
          'x-dead-letter-exchange': '',
          'x-dead-letter-routing-key': this.plan.queue,
        },
      },
    }));
    return [...waiting, { name: this.names.parking, options: { ...options, arguments: type } }];
  }

  earlierFailures(delivery: ConsumeMessage): number {
    return takeRetryHeaders(delivery, this.names);
  }

  describe({ failures }: FailedDelivery): string {
    return failures >= this.attempts
      ? `no attempt of ${this.attempts} is left, so it is parked in queue '${this.names.parking}'`
      : `attempt ${failures + 1} of ${this.attempts} comes in ${this.delays[failures - 1]} ms`;
  }

  async apply(failed: FailedDelivery): Promise<Error | undefined> {
    for (const copy of this.copiesOf(failed)) {
      const outcome = await this.put(copy, failed);
      if (outcome === 'unwritable') continue;
      if (outcome === 'taken') failed.acknowledgements.ack(failed.delivery);
      return outcome instanceof Error ? outcome : undefined;
    }
    this.logger.error(`${nameOf(failed)} can't be parked either; it is rejected`);
    failed.acknowledgements.reject(failed.delivery);
    return undefined;
  }

  /** What is to be tried, each if the one before can't be written. */
  private *copiesOf({ delivery, failures, error }: FailedDelivery): Generator<Publication> {
    yield failures >= this.attempts
      ? copyFor(this.names.parking, delivery, parkingHeaders(delivery, error))
      : copyFor(
          this.names.waiting(this.delays[failures - 1]!),
          delivery,
          retryHeaders(delivery, failures, this.names),
        );
    yield plainCopyFor(this.names.parking, delivery, fewHeaders(delivery, error));
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
    if (!hasPlainHeaders(copy)) {
      return Promise.resolve(
        new ValidationError('The copy', [
          { path: '/headers', message: "has a table with the key '!', or tables nested more than 100 deep" },
        ]),
      );
    }
    const published = this.channel.publish(copy, PUBLISH_TIMEOUT).then(
      () => undefined,
      (error: unknown) => error,
    );
    return soonAfter(ending, published);
  }
}

function nameOf({ delivery }: FailedDelivery): string {
  return `The message ${shownValue(delivery.properties.messageId ?? null)}`;
}

/** What a promise resolves with; an error when that does not come soon after a signal. */
async function soonAfter(signal: AbortSignal, promise: Promise<unknown>): Promise<unknown> {
  const isSoon = (await settlesBefore(promise, signal)) || (await settlesWithin(promise, LAST_WAIT));
  return isSoon ? promise : new Error('The consumer does not wait for it');
}

function assertQueueName(name: unknown, queue: string): void {
  if (typeof name === 'string' && isName(name)) return;
  throw new ConfigurationException(
    `The consumer of queue '${queue}': the name of a queue for its retries must be a string of at most ${MAX_NAME} bytes, but is ${shownValue(name)}`,
  );
}
