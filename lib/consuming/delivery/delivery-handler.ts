import type { Subject } from 'rxjs';
import {
  describeError,
  Drop,
  HaltConsumer,
  type Outcome,
  stackOf,
  toError,
  toOutcome,
  ValidationError,
} from '../../exceptions/index.js';
import { LibraryLogger } from '../../logging/index.js';
import { type Message, type MessageCodec, nameOfDelivery } from '../../message/index.js';
import { pendingOf } from './completion.js';
import type { MessageHandler } from '../consumer-callback.js';
import type { ConsumedStatistics } from '../consumer-statistics.js';
import type { Delivery } from './pending-delivery.js';
import type { DeliveryObserver, DeliveryOutcome } from './delivery-observer.js';
import type { ErrorPolicy } from '../failure/error-policy.js';
import type { FedoraMessagingContext } from '../fedora-messaging-context.js';
import { OutcomeLog } from './outcome-log.js';
import type { RunningConsumer } from '../running/queue-consumer.js';

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
    } catch (thrown) {
      if (!(toError(thrown) instanceof ValidationError)) {
        return this.onThrown(delivered, this.begin(), failures, thrown);
      }
      acknowledgements.reject(delivery);
      this.observer?.invalid();
      return undefined;
    }
    const startedAt = this.begin();
    const context: FedoraMessagingContext = {
      message: message as Message,
      queue: consumer.queue,
      // The embedded broker leaves it out.
      redelivered: delivery.fields.redelivered === true,
      attempt: failures + 1,
      consumer,
    };
    if (this.received.observed) this.received.next(context);
    let returned: unknown;
    try {
      returned = this.handler(message, context);
    } catch (thrown) {
      return this.onThrown(delivered, startedAt, failures, thrown);
    }
    return this.onResult(delivered, startedAt, failures, returned);
  }

  /** @returns when that was, where somebody is told how long it takes */
  private begin(): number {
    this.statistics.received++;
    if (!this.observer) return 0;
    this.observer.received();
    return performance.now();
  }

  private onResult(
    delivered: Delivery,
    startedAt: number,
    failures: number,
    returned: unknown,
  ): Verdict | Promise<Verdict> {
    let pending: Promise<unknown> | undefined;
    try {
      pending = pendingOf(returned);
    } catch (thrown) {
      return this.onThrown(delivered, startedAt, failures, thrown);
    }
    if (!pending) return this.onReturned(delivered, startedAt);
    return pending.then(
      (value) => this.onResult(delivered, startedAt, failures, value),
      (thrown: unknown) => this.onThrown(delivered, startedAt, failures, thrown),
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
    earlierFailures: number,
    thrown: unknown,
  ): Verdict | Promise<Verdict> {
    const outcome = toOutcome(thrown);
    if (outcome) return this.onOutcome(delivered, startedAt, outcome);
    this.count('failed', startedAt);
    const { message: delivery, acknowledgements } = delivered;
    const error = toError(thrown);
    const failed = { delivery, acknowledgements, failures: earlierFailures + 1, error };
    this.logger.error(
      `${this.consumer.name} failed on ${nameOfDelivery(delivery)}: ${describeError(error)}; ${this.policy.describe(failed)}`,
      stackOf(error),
    );
    return this.policy.apply(failed);
  }

  private onOutcome(delivered: Delivery, startedAt: number, outcome: Outcome): Verdict {
    const { message: delivery, acknowledgements } = delivered;
    const verdict = outcome instanceof HaltConsumer ? outcome : undefined;
    if (outcome instanceof Drop) {
      acknowledgements.reject(delivery);
      this.count('dropped', startedAt);
      this.outcomeLog.drop(delivery, outcome);
    } else if (verdict && !verdict.requeue) {
      this.onReturned(delivered, startedAt);
    } else {
      acknowledgements.requeue(delivery);
      this.count('rejected', startedAt);
      if (!verdict) this.outcomeLog.nack(delivery, outcome);
    }
    return verdict;
  }

  private count(outcome: DeliveryOutcome, startedAt: number): void {
    this.statistics[outcome]++;
    this.observer?.handled(outcome, performance.now() - startedAt);
  }
}
