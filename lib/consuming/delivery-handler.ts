import { inspect } from 'node:util';
import { Logger } from '@nestjs/common';
import type { ConsumeMessage } from '../broker/index.js';
import { Drop, HaltConsumer, Nack, ValidationError } from '../exceptions/index.js';
import { type Message, type MessageCodec, nameOf } from '../message/index.js';
import type { Acknowledgements } from './acknowledgements.js';
import type { MessageHandler } from './consumer-callback.js';
import type { ConsumedStatistics } from './consumer-statistics.js';
import type { ErrorPolicy } from './error-policy.js';
import { takeRetryHeaders } from './retry-headers.js';
import type { RunningConsumer } from './running-consumer.js';

/** A delivery, and what acknowledges it. */
export interface Delivered {
  readonly delivery: ConsumeMessage;
  readonly acknowledgements: Acknowledgements;
}

/** What the consumer has to stop with after a message; undefined when it goes on. */
type Verdict = Error | undefined;

/** Takes one delivery through its handler to its outcome. */
export class DeliveryHandler {
  private readonly logger = new Logger('FedoraMessaging');

  constructor(
    private readonly consumer: RunningConsumer,
    private readonly handler: MessageHandler,
    private readonly codec: MessageCodec,
    private readonly statistics: ConsumedStatistics,
    private readonly policy: ErrorPolicy,
  ) {}

  /** Handles a delivery and settles it; a promise only where the handler or the outcome needs time. */
  handle(delivered: Delivered): Verdict | Promise<Verdict> {
    const { delivery, acknowledgements } = delivered;
    const { consumer } = this;
    const failures = takeRetryHeaders(delivery);
    let message: Message<object>;
    try {
      message = this.codec.decode(delivery, consumer.queue);
    } catch (error) {
      if (!(error instanceof ValidationError)) return toError(error);
      acknowledgements.reject(delivery);
      return undefined;
    }
    this.statistics.received++;
    try {
      const { redelivered } = delivery.fields;
      const returned = this.handler(message, {
        queue: consumer.queue,
        redelivered,
        attempt: failures + 1,
        consumer,
      });
      if (!isPromise(returned)) return this.onReturned(delivered);
      return Promise.resolve(returned).then(
        () => this.onReturned(delivered),
        (error: unknown) => this.onThrown(delivered, message, failures, error),
      );
    } catch (error) {
      return this.onThrown(delivered, message, failures, error);
    }
  }

  private onReturned({ delivery, acknowledgements }: Delivered): Verdict {
    acknowledgements.ack(delivery);
    this.statistics.processed++;
    return undefined;
  }

  private onThrown(
    delivered: Delivered,
    message: Message<object>,
    earlierFailures: number,
    thrown: unknown,
  ): Verdict | Promise<Verdict> {
    const { delivery, acknowledgements } = delivered;
    if (thrown instanceof Nack) {
      acknowledgements.requeue(delivery);
      this.statistics.rejected++;
      return undefined;
    }
    if (thrown instanceof Drop) {
      acknowledgements.reject(delivery);
      this.statistics.dropped++;
      return undefined;
    }
    if (thrown instanceof HaltConsumer) {
      if (!thrown.requeue) return this.onReturned(delivered) ?? thrown;
      acknowledgements.requeue(delivery);
      this.statistics.rejected++;
      return thrown;
    }
    this.statistics.failed++;
    const error = toError(thrown);
    const failed = { delivery, acknowledgements, failures: earlierFailures + 1, error };
    this.logger.error(
      `${this.consumer.name} failed on ${nameOf(message)}: ${error.message}; ${this.policy.describe(failed)}`,
      error.stack,
    );
    return this.policy.apply(failed);
  }
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error
    ? thrown
    : new Error(typeof thrown === 'string' ? thrown : inspect(thrown), { cause: thrown });
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
