import { type ConsumeMessage, type Publication, type PublishChannel, reasonOf } from '../broker/index.js';
import { ConfigurationException } from '../exceptions/index.js';
import type { RetryOptions } from './consumer-options.interface.js';
import type { AuxiliaryQueue, ConsumerPlan } from './consumer-plan.js';
import type { ErrorPolicy, FailedDelivery } from './error-policy.js';
import { parkingHeaders, retryHeaders } from './retry-headers.js';

const DEFAULT_ATTEMPTS = 5;
const DEFAULT_DELAY = 1_000;
const DEFAULT_MAX_DELAY = 60_000;
/** How long the broker may take to confirm that it has the message, in milliseconds. */
const PUBLISH_TIMEOUT = 30_000;

/**
 * Hands a failed message to the broker, which keeps it in a queue for a while and then puts it back. The
 * message is acknowledged only when the broker has confirmed that copy: should the process die in
 * between, it comes twice, but is not lost.
 */
export class RetryPolicy implements ErrorPolicy {
  private readonly attempts: number;
  private readonly delays: readonly number[];
  private readonly parkingQueue: string;

  /** @throws ConfigurationException */
  constructor(
    private readonly plan: ConsumerPlan,
    private readonly channel: PublishChannel,
    options: RetryOptions,
  ) {
    const { attempts = DEFAULT_ATTEMPTS, delay = DEFAULT_DELAY, maxDelay = DEFAULT_MAX_DELAY } = options;
    for (const [key, value] of Object.entries({ attempts, delay, maxDelay })) {
      if (!Number.isInteger(value) || value < 1) {
        throw new ConfigurationException(
          `The consumer of queue '${plan.queue}': 'retry.${key}' must be a whole number of at least 1, but is ${String(value)}`,
        );
      }
    }
    this.attempts = attempts;
    this.delays = Array.from({ length: attempts }, (_, n) =>
      Math.min(delay * 2 ** n, Math.max(delay, maxDelay)),
    );
    this.parkingQueue = options.parkingQueue ?? `${plan.queue}.parked`;
  }

  /** The queues that messages wait in, one for each delay, and the one where they end. */
  get queues(): AuxiliaryQueue[] {
    const { durable, arguments: args } = this.plan.options;
    const isQuorum = args['x-queue-type'] === 'quorum';
    const type = isQuorum ? { 'x-queue-type': 'quorum' } : {};
    const options = { durable, autoDelete: false, exclusive: false };
    const waiting = [...new Set(this.delays)].map((delay) => ({
      name: this.waitingQueue(delay),
      options: {
        ...options,
        arguments: {
          ...type,
          // A quorum queue gives up a message that has expired only when the next queue has it.
          ...(isQuorum && { 'x-dead-letter-strategy': 'at-least-once', 'x-overflow': 'reject-publish' }),
          'x-message-ttl': delay,
          'x-dead-letter-exchange': '',
          'x-dead-letter-routing-key': this.plan.queue,
        },
      },
    }));
    return [...waiting, { name: this.parkingQueue, options: { ...options, arguments: type } }];
  }

  describe({ failures }: FailedDelivery): string {
    return failures > this.attempts
      ? `after ${this.attempts} retries it is parked in queue '${this.parkingQueue}'`
      : `retry ${failures} of ${this.attempts} comes in ${this.delays[failures - 1]} ms`;
  }

  async apply({ delivery, acknowledgements, failures, error }: FailedDelivery): Promise<Error | undefined> {
    const [queue, headers] =
      failures > this.attempts
        ? [this.parkingQueue, parkingHeaders(delivery, error)]
        : [this.waitingQueue(this.delays[failures - 1]!), retryHeaders(delivery, failures)];
    try {
      await this.channel.publish(copyFor(queue, delivery, headers), PUBLISH_TIMEOUT);
    } catch (failure) {
      return new Error(`The message can't be put into queue '${queue}': ${reasonOf(failure)}`, {
        cause: failure,
      });
    }
    acknowledgements.ack(delivery);
    return undefined;
  }

  private waitingQueue(delay: number): string {
    return `${this.plan.queue}.retry.${delay}`;
  }
}

function copyFor(
  queue: string,
  { content, properties }: ConsumeMessage,
  headers: Record<string, unknown>,
): Publication {
  const { contentType, contentEncoding, deliveryMode, priority, messageId } = properties;
  const { correlationId, replyTo, timestamp, type, appId } = properties;
  return {
    exchange: '',
    routingKey: queue,
    content,
    properties: {
      contentType,
      contentEncoding,
      deliveryMode,
      priority,
      messageId,
      correlationId,
      replyTo,
      timestamp,
      type,
      appId,
      headers,
      mandatory: true,
    },
  };
}
