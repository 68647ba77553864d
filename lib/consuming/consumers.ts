import { Subject } from 'rxjs';
import type { BrokerConnection, Outbox } from '../broker/index.js';
import type { FedoraMessagingSettings } from '../config/index.js';
import { ConfigurationException, ConsumeException } from '../exceptions/index.js';
import type { LibraryLogger } from '../logging/index.js';
import type { MessageCodec } from '../message/index.js';
import type { MessageHandler } from './consumer-callback.js';
import type { ConsumerOptions } from './consumer-options.interface.js';
import { type ConsumerPlan, planConsumers } from './consumer-plan.js';
import { type ConsumedStatistics, noneConsumed } from './consumer-statistics.js';
import type { ObserverOf } from './delivery/delivery-observer.js';
import { EventLoopWatch } from './event-loop-watch.js';
import { errorPolicyFor } from './failure/error-policy-for.js';
import type { FedoraMessagingContext } from './fedora-messaging-context.js';
import { Openings } from './running/openings.js';
import { type ConsumerSurroundings, QueueConsumer } from './running/queue-consumer.js';

/** The consumers of one application: starts them, knows which run, and stops them. */
export class Consumers {
  /** Counts of all consumers, stopped ones included. */
  readonly statistics: ConsumedStatistics = noneConsumed();
  /** Emits each valid message when it is handed to its handler. */
  readonly received = new Subject<FedoraMessagingContext>();
  private readonly runningConsumers = new Set<QueueConsumer>();
  /** Running consumers, and stopped consumers that still have messages in hand. */
  private readonly active = new Set<QueueConsumer>();
  private readonly stoppedConsumers = new Set<QueueConsumer>();
  private readonly surroundings: ConsumerSurroundings;
  private readonly watch: EventLoopWatch;
  private isClosed = false;
  /** How many callers of {@link startPaused} want consumers to start paused. */
  private pausers = 0;
  private readonly observersOf: ObserverOf[] = [];

  /** @throws ConfigurationException */
  constructor(
    private readonly logger: LibraryLogger,
    connection: BrokerConnection,
    private readonly outbox: Outbox,
    codec: MessageCodec,
    private readonly settings: FedoraMessagingSettings,
    /** Called with each consumer that has stopped for good. */
    private readonly onStopped: (consumer: QueueConsumer) => void,
  ) {
    const { exchanges, passiveDeclares, qos, reconnect } = settings;
    if (qos.prefetchSize) {
      throw new ConfigurationException(
        `The options: 'qos.prefetchSize' (prefetch_size) must be 0, but is ${qos.prefetchSize}: RabbitMQ limits by count only, with prefetchCount`,
      );
    }
    this.surroundings = {
      logger,
      openings: new Openings(connection, { exchanges, passiveDeclares, reconnect }, logger),
      codec,
      statistics: this.statistics,
      received: this.received,
      observersOf: this.observersOf,
      onDone: (consumer) => this.onDone(consumer),
      onEnded: (consumer) => this.onEnded(consumer),
    };
    const handlers = {
      atWork: () => this.atWork(),
      get heartbeat() {
        return connection.heartbeat;
      },
    };
    this.watch = new EventLoopWatch(handlers, logger);
  }

  /** Observes the deliveries that begin from now on, of all consumers: also of those that run, or have stopped. */
  observe(observerOf: ObserverOf): void {
    this.observersOf.push(observerOf);
    const consumers = new Set([...this.active, ...this.stoppedConsumers]);
    for (const { deliveries } of consumers) deliveries.observe(observerOf);
  }

  /**
   * Lets consumers that are started from now on be paused from the beginning: they need no broker until they are
   * resumed. The returned function ends that for consumers that are started later.
   */
  startPaused(): () => void {
    this.pausers++;
    return () => void this.pausers--;
  }

  /** The consumers that have not stopped. */
  get running(): readonly QueueConsumer[] {
    return [...this.runningConsumers];
  }

  /** The consumers that have stopped by themselves: their `error` says why. */
  get stopped(): readonly QueueConsumer[] {
    return [...this.stoppedConsumers];
  }

  /** Whether `stop()` has been called: no consumer can be started any more. */
  get areStopped(): boolean {
    return this.isClosed;
  }

  /**
   * Starts one consumer for each queue. When one of them can't be started, the others are stopped again.
   *
   * @throws ConsumeException when `stop()` was called before, or is called meanwhile
   */
  async start(name: string, handler: MessageHandler, options: ConsumerOptions): Promise<QueueConsumer[]> {
    const plans = planConsumers(options, this.settings, name, this.logger);
    const { outbox, logger } = this;
    const { passiveDeclares } = this.settings;
    const policies = plans.map((plan) =>
      errorPolicyFor(plan, options, name, { outbox, passiveDeclares, logger }),
    );
    const started: QueueConsumer[] = [];
    try {
      for (const [index, policy] of policies.entries()) {
        this.assertOpen(name);
        const plan = { ...plans[index]!, auxiliaryQueues: policy.auxiliaryQueues };
        // Made when its turn comes: whoever observes it takes a consumer that does not run for a cancelled consumer.
        const consumer = new QueueConsumer(name, handler, plan, policy, this.surroundings);
        this.warnOfCompetitor(consumer);
        this.runningConsumers.add(consumer);
        this.active.add(consumer);
        this.watch.start();
        await (this.pausers > 0 ? consumer.pause() : consumer.start());
        started.push(consumer);
      }
      this.assertOpen(name);
    } catch (error) {
      await Promise.all(started.map((consumer) => consumer.cancel()));
      throw error;
    }
    for (const [index, plan] of plans.entries()) this.logStart(started[index]!, plan);
    return started;
  }

  /**
   * Cancels all consumers for good. Each finishes its messages in hand.
   *
   * @param limit how long a consumer may take for them, in milliseconds; then they go back to the queue
   */
  async stop(limit: number): Promise<void> {
    this.isClosed = true;
    const atWork = [...this.active].filter((consumer) => consumer.isAtWork);
    if (atWork.length > 0) {
      const names = [...new Set(atWork.map(({ name }) => name))].join(', ');
      this.logger.log(`Waiting for messages in hand of ${names}, for ${limit} ms at most`);
    }
    await Promise.all([...this.active].map((consumer) => consumer.cancel(limit)));
  }

  private assertOpen(name: string): void {
    if (this.isClosed)
      throw new ConsumeException(`The consumer ${name} can't start: the application is closing`);
  }

  private logStart(
    { name, queue, isPaused }: QueueConsumer,
    { bindings, prefetchCount, concurrency }: ConsumerPlan,
  ): void {
    const bound = bindings
      .map(({ exchange, routingKeys }) => `${exchange} ${routingKeys.join(' ')}`)
      .join(', ');
    this.logger.log(
      `The consumer ${name} ${isPaused ? 'is paused and will consume' : 'consumes'} queue '${queue}'; bindings: ${bound || 'none'}; prefetch ${prefetchCount}; concurrency ${concurrency}`,
    );
  }

  /** Warns when two consumers share a queue: the broker gives each message to one of them only. */
  private warnOfCompetitor({ name, queue }: QueueConsumer): void {
    if (queue === '') return;
    const other = this.running.find((running) => running.queue === queue);
    if (!other) return;
    this.logger.warn(
      `The consumers ${other.name} and ${name} compete for the messages of queue '${queue}': each message goes to one of them. If both need all messages, give each its own queue`,
    );
  }

  private onEnded(consumer: QueueConsumer): void {
    this.active.delete(consumer);
    if (this.active.size === 0) this.watch.stop();
  }

  /** The names of consumers that had a message in hand since the previous call. */
  private atWork(): string[] {
    const atWork = [...this.active].filter((consumer) => consumer.inHand.takeActivity());
    return [...new Set(atWork.map(({ name }) => name))];
  }

  private onDone(consumer: QueueConsumer): void {
    this.runningConsumers.delete(consumer);
    // The caller of `start()` has the exception already.
    if (!consumer.wasStarted) return;
    if (consumer.error) this.stoppedConsumers.add(consumer);
    this.onStopped(consumer);
  }
}
