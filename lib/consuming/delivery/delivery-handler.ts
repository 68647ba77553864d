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
import type { LibraryLogger } from '../../logging/index.js';
import { type Message, type MessageCodec, midSentence, nameOfDelivery } from '../../message/index.js';
import type { MessageHandler } from '../consumer-callback.js';
import type { ConsumedStatistics } from '../consumer-statistics.js';
import type { ErrorPolicy } from '../failure/error-policy.js';
import { FedoraMessagingContext } from '../fedora-messaging-context.js';
import { pendingOf } from './completion.js';
import { deliveryCountOf } from './delivery-count.js';
import type {
  DeliveryObserver,
  DeliveryOutcome,
  ObservedCall,
  ObservedConsumer,
  ObserverOf,
} from './delivery-observer.js';
import { OutcomeLog } from './outcome-log.js';
import type { PendingDelivery } from './pending-delivery.js';

/** The error that stops the consumer after a message; undefined when the consumer goes on. */
export type Verdict = Error | undefined;

/** The parts that a delivery handler needs besides the handler. */
export interface HandlingContext {
  readonly logger: LibraryLogger;
  readonly codec: MessageCodec;
  readonly statistics: ConsumedStatistics;
  /** Emits each valid message when it is handed to its handler. */
  readonly received: Subject<FedoraMessagingContext>;
  readonly observersOf: readonly ObserverOf[];
}

/** One call of the handler for a delivery. */
interface Attempt extends ObservedCall {
  readonly pending: PendingDelivery;
  /** How often the message has failed before. */
  readonly earlierFailures: number;
  /** The observers that know of its beginning. */
  readonly observers: readonly DeliveryObserver[];
}

/** Takes one delivery through its handler to its outcome. */
export class DeliveryHandler {
  private readonly outcomeLog: OutcomeLog;
  private observers: readonly DeliveryObserver[] = [];

  constructor(
    private readonly consumer: ObservedConsumer,
    private readonly handler: MessageHandler,
    private readonly policy: ErrorPolicy,
    private readonly context: HandlingContext,
    private readonly retryLater: (pending: PendingDelivery, delay: number) => void,
  ) {
    this.outcomeLog = new OutcomeLog(context.logger, consumer);
    for (const observerOf of context.observersOf) this.observe(observerOf);
  }

  /** Observes the deliveries that begin from now on. */
  observe(observerOf: ObserverOf): void {
    this.observers = [...this.observers, observerOf(this.consumer)];
  }

  /**
   * Handles a delivery and settles it. Returns a promise only when a large body, the handler or the outcome needs
   * time.
   */
  handle(pending: PendingDelivery): Verdict | Promise<Verdict> {
    const earlierFailures = pending.failures + this.policy.earlierFailures(pending.delivery);
    const onInvalid = (thrown: unknown): Verdict | Promise<Verdict> =>
      this.onUndecoded(pending, earlierFailures, thrown);
    let decoded: Message<object> | Promise<Message<object>>;
    try {
      decoded = this.context.codec.decodeInTurns(pending.delivery, this.consumer.queue);
    } catch (thrown) {
      return onInvalid(thrown);
    }
    if (!(decoded instanceof Promise)) return this.onDecoded(pending, earlierFailures, decoded);
    return decoded.then((message) => this.onDecodedLate(pending, earlierFailures, message), onInvalid);
  }

  /**
   * Gives the message back if the consumer was stopped or paused, or lost its channel, while the body was decoded.
   */
  private onDecodedLate(
    pending: PendingDelivery,
    earlierFailures: number,
    message: Message<object>,
  ): Verdict | Promise<Verdict> {
    if (!pending.acknowledgements.ending.aborted) return this.onDecoded(pending, earlierFailures, message);
    pending.giveBack();
    return undefined;
  }

  private onUndecoded(
    pending: PendingDelivery,
    earlierFailures: number,
    thrown: unknown,
  ): Verdict | Promise<Verdict> {
    const error = toError(thrown);
    if (!(error instanceof ValidationError)) {
      return this.onThrown(this.begin(pending, earlierFailures, undefined), thrown);
    }
    pending.acknowledgements.reject(pending.delivery);
    for (const observer of this.observers) observer.invalid(pending.delivery, error);
    return undefined;
  }

  private onDecoded(
    pending: PendingDelivery,
    earlierFailures: number,
    message: Message<object>,
  ): Verdict | Promise<Verdict> {
    const { consumer } = this;
    const { received } = this.context;
    const { delivery } = pending;
    const context = new FedoraMessagingContext(
      message as Message,
      consumer.queue,
      delivery.fields.redelivered,
      earlierFailures + 1,
      deliveryCountOf(delivery),
      consumer,
      delivery.properties,
    );
    const attempt = this.begin(pending, earlierFailures, context);
    if (received.observed) received.next(context);
    let returned: unknown;
    try {
      returned = this.handler(message, context);
    } catch (thrown) {
      return this.onThrown(attempt, thrown);
    }
    return this.onResult(attempt, returned);
  }

  private begin(
    pending: PendingDelivery,
    earlierFailures: number,
    context: FedoraMessagingContext | undefined,
  ): Attempt {
    this.context.statistics.received++;
    const { observers } = this;
    const startedAt = observers.length > 0 ? performance.now() : 0;
    const attempt = { pending, delivery: pending.delivery, context, earlierFailures, startedAt, observers };
    for (const observer of observers) observer.received(attempt);
    return attempt;
  }

  private onResult(attempt: Attempt, returned: unknown): Verdict | Promise<Verdict> {
    let completion: Promise<unknown> | undefined;
    try {
      completion = pendingOf(returned);
    } catch (thrown) {
      return this.onThrown(attempt, thrown);
    }
    if (!completion) return this.onReturned(attempt);
    return completion.then(
      (value) => this.onResult(attempt, value),
      (thrown: unknown) => this.onThrown(attempt, thrown),
    );
  }

  private onReturned(attempt: Attempt): Verdict {
    const { delivery, acknowledgements } = attempt.pending;
    acknowledgements.ack(delivery);
    this.count('processed', attempt, undefined);
    return undefined;
  }

  private onThrown(attempt: Attempt, thrown: unknown): Verdict | Promise<Verdict> {
    const outcome = toOutcome(thrown);
    if (outcome) return this.onOutcome(attempt, outcome);
    const error = toError(thrown);
    this.count('failed', attempt, error);
    const { pending, earlierFailures } = attempt;
    const { delivery, acknowledgements } = pending;
    const failures = earlierFailures + 1;
    const decision = this.policy.decide({
      delivery,
      acknowledgements,
      failures,
      error,
      retryIn: (delay) => {
        pending.failures = failures;
        this.retryLater(pending, delay);
      },
    });
    this.context.logger.error(
      `${this.consumer.name} failed on ${midSentence(nameOfDelivery(delivery))} of queue '${this.consumer.queue}': ${describeError(error)}; ${decision.description}`,
      stackOf(error),
    );
    return decision.apply();
  }

  private onOutcome(attempt: Attempt, outcome: Outcome): Verdict {
    const { delivery, acknowledgements } = attempt.pending;
    const verdict = outcome instanceof HaltConsumer ? outcome : undefined;
    if (outcome instanceof Drop) {
      acknowledgements.reject(delivery);
      this.count('dropped', attempt, outcome);
      this.outcomeLog.drop(delivery, outcome);
    } else if (verdict && !verdict.requeue) {
      this.onReturned(attempt);
    } else {
      acknowledgements.requeue(delivery);
      this.count('rejected', attempt, outcome);
      if (!verdict) this.outcomeLog.nack(delivery, outcome);
    }
    return verdict;
  }

  private count(outcome: DeliveryOutcome, attempt: Attempt, error: Error | undefined): void {
    this.context.statistics[outcome]++;
    const { observers, startedAt } = attempt;
    if (observers.length === 0) return;
    const milliseconds = performance.now() - startedAt;
    for (const observer of observers) observer.handled(attempt, outcome, milliseconds, error);
  }
}
