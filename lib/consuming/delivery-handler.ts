import { inspect } from 'node:util';
import { isObservable, lastValueFrom, type Subject } from 'rxjs';
import { Drop, HaltConsumer, Nack, ValidationError } from '../exceptions/index.js';
import { LibraryLogger } from '../logging/index.js';
import { type Message, type MessageCodec, nameOf } from '../message/index.js';
import type { MessageHandler } from './consumer-callback.js';
import type { ConsumedStatistics } from './consumer-statistics.js';
import type { Delivery } from './delivery.js';
import type { DeliveryObserver, DeliveryOutcome } from './delivery-observer.js';
import type { ErrorPolicy } from './error-policy.js';
import type { FedoraMessagingContext } from './fedora-messaging-context.js';
import { OutcomeLog } from './outcome-log.js';
import type { RunningConsumer } from './running-consumer.js';

/** What the consumer has to stop with after a message; undefined when it goes on. */
export type Verdict = Error | undefined;

/** Takes one delivery through its handler to its outcome. */
export class DeliveryHandler {
  private readonly logger = new LibraryLogger();
  private readonly outcomeLog: OutcomeLog;

  constructor(
    private readonly consumer: RunningConsumer,
    private readonly handler: MessageHandler,
    private readonly codec: MessageCodec,
    private readonly statistics: ConsumedStatistics,
    private readonly received: Subject<FedoraMessagingContext>,
    private readonly policy: ErrorPolicy,
    private readonly observer: DeliveryObserver | undefined,
  ) {
    this.outcomeLog = new OutcomeLog(this.logger, consumer.name);
  }

  /** Handles a delivery and settles it; a promise only where the handler or the outcome needs time. */
  handle(delivered: Delivery): Verdict | Promise<Verdict> {
    const { message: delivery, acknowledgements } = delivered;
    const { consumer } = this;
    const failures = this.policy.earlierFailures(delivery);
    let message: Message<object>;
    try {
      message = this.codec.decode(delivery, consumer.queue);
    } catch (error) {
      if (!(error instanceof ValidationError)) return toError(error);
      acknowledgements.reject(delivery);
      this.observer?.invalid();
      return undefined;
    }
    this.statistics.received++;
    this.observer?.received();
    const startedAt = this.observer ? performance.now() : 0;
    try {
      const context: FedoraMessagingContext = {
        message: message as Message,
        queue: consumer.queue,
        // The embedded broker leaves it out.
        redelivered: delivery.fields.redelivered === true,
        attempt: failures + 1,
        consumer,
      };
      if (this.received.observed) this.received.next(context);
      const returned = this.handler(message, context);
      return this.onResult(delivered, startedAt, message, failures, returned);
    } catch (error) {
      return this.onThrown(delivered, startedAt, message, failures, error);
    }
  }

  private onResult(
    delivered: Delivery,
    startedAt: number,
    message: Message<object>,
    failures: number,
    returned: unknown,
  ): Verdict | Promise<Verdict> {
    const result = isObservable(returned) ? lastValueFrom(returned, { defaultValue: undefined }) : returned;
    if (!isPromise(result)) return this.onReturned(delivered, startedAt);
    return Promise.resolve(result).then(
      (value) => this.onResult(delivered, startedAt, message, failures, value),
      (error: unknown) => this.onThrown(delivered, startedAt, message, failures, error),
    );
  }

  private onReturned({ message: delivery, acknowledgements }: Delivery, startedAt: number): Verdict {
    acknowledgements.ack(delivery);
    this.count('processed', startedAt);
    return undefined;
  }

  private onThrown(
    delivered: Delivery,
    startedAt: number,
    message: Message<object>,
    earlierFailures: number,
    thrown: unknown,
  ): Verdict | Promise<Verdict> {
    const { message: delivery, acknowledgements } = delivered;
    if (thrown instanceof Nack) {
      acknowledgements.requeue(delivery);
      this.count('rejected', startedAt);
      this.outcomeLog.nack(message, thrown);
      return undefined;
    }
    if (thrown instanceof Drop) {
      acknowledgements.reject(delivery);
      this.count('dropped', startedAt);
      this.outcomeLog.drop(message, thrown);
      return undefined;
    }
    if (thrown instanceof HaltConsumer) {
      if (!thrown.requeue) return this.onReturned(delivered, startedAt) ?? thrown;
      acknowledgements.requeue(delivery);
      this.count('rejected', startedAt);
      return thrown;
    }
    this.count('failed', startedAt);
    const error = toError(thrown);
    const failed = { delivery, acknowledgements, failures: earlierFailures + 1, error };
    this.logger.error(
      `${this.consumer.name} failed on ${nameOf(message)}: ${error.message}; ${this.policy.describe(failed)}`,
      error.stack,
    );
    return this.policy.apply(failed);
  }

  private count(outcome: DeliveryOutcome, startedAt: number): void {
    this.statistics[outcome]++;
    this.observer?.handled(outcome, performance.now() - startedAt);
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
