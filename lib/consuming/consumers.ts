import { Logger } from '@nestjs/common';
import { Subject } from 'rxjs';
import type { BrokerConnection, PublishChannel } from '../broker/index.js';
import type { FedoraMessagingSettings } from '../config/index.js';
import { ConfigurationException } from '../exceptions/index.js';
import type { MessageCodec } from '../message/index.js';
import type { MessageHandler } from './consumer-callback.js';
import type { ConsumerOptions } from './consumer-options.interface.js';
import { type ConsumerPlan, planConsumers } from './consumer-plan.js';
import { type ConsumedStatistics, noneConsumed } from './consumer-statistics.js';
import type { ObserverOf } from './delivery-observer.js';
import { dropOnError, type ErrorPolicy, requeueOnError, stopOnError } from './error-policy.js';
import type { FedoraMessagingContext } from './fedora-messaging-context.js';
import { RetryPolicy } from './retry-policy.js';
import { RunningConsumer, type RunningConsumerContext } from './running-consumer.js';

/** The consumers of one application: starts them, knows which run, and stops them. */
export class Consumers {
  /** Of all consumers, also of those that have stopped. */
  readonly statistics: ConsumedStatistics = noneConsumed();
  /** Every valid message, when it is handed to its handler. */
  readonly received = new Subject<FedoraMessagingContext>();
  private readonly logger = new Logger('FedoraMessaging');
  private readonly runningConsumers = new Set<RunningConsumer>();
  private readonly stoppedConsumers = new Set<RunningConsumer>();
  private readonly context: RunningConsumerContext;
  private observerOf: ObserverOf | undefined;

  /** @throws ConfigurationException */
  constructor(
    connection: BrokerConnection,
    private readonly publishChannel: PublishChannel,
    codec: MessageCodec,
    private readonly settings: FedoraMessagingSettings,
    /** Told of every consumer that has stopped for good. */
    private readonly onStopped: (consumer: RunningConsumer) => void,
  ) {
    const { exchanges, passiveDeclares, qos } = settings;
    if (qos.prefetchSize) {
      throw new ConfigurationException(
        `The options: 'qos.prefetchSize' (prefetch_size) must be 0, but is ${qos.prefetchSize}: RabbitMQ limits by count only, with prefetchCount`,
      );
    }
    this.context = {
      connection,
      codec,
      settings: { exchanges, passiveDeclares },
      statistics: this.statistics,
      received: this.received,
      onDone: (consumer) => this.onDone(consumer),
    };
  }

  /** From now on, what becomes of the deliveries of consumers that are started is told. */
  observe(observerOf: ObserverOf): void {
    this.observerOf = observerOf;
  }

  /** Those that have not stopped. */
  get running(): readonly RunningConsumer[] {
    return [...this.runningConsumers];
  }

  /** Those that were started and have stopped by themselves: their `error` says why. */
  get stopped(): readonly RunningConsumer[] {
    return [...this.stoppedConsumers];
  }

  /** Starts one consumer for each queue; all of them or, when one can't be started, none. */
  async start(name: string, handler: MessageHandler, options: ConsumerOptions): Promise<RunningConsumer[]> {
    const consumers = planConsumers(options, this.settings, name).map((plan) => {
      const policy = this.policyFor(plan, options, name);
      const auxiliaryQueues = policy instanceof RetryPolicy ? policy.queues : [];
      const observer = this.observerOf?.(plan.queue, name);
      return new RunningConsumer(name, handler, { ...plan, auxiliaryQueues }, policy, this.context, observer);
    });
    const started: RunningConsumer[] = [];
    try {
      for (const consumer of consumers) {
        this.warnOfCompetitor(consumer);
        this.runningConsumers.add(consumer);
        await consumer.start();
        started.push(consumer);
      }
    } catch (error) {
      await Promise.all(started.map((consumer) => consumer.cancel()));
      throw error;
    }
    return consumers;
  }

  /**
   * Cancels all; each finishes the message in hand.
   *
   * @param limit how long that may take, in milliseconds; then the message goes back
   */
  async stop(limit: number): Promise<void> {
    await Promise.all(this.running.map((consumer) => consumer.cancel(limit)));
  }

  /** The broker gives each message to one of them: who expects all messages in both misses half of them. */
  private warnOfCompetitor({ name, queue }: RunningConsumer): void {
    if (queue === '') return;
    const other = this.running.find((running) => running.queue === queue);
    if (!other) return;
    this.logger.warn(
      `The consumers ${other.name} and ${name} compete for the messages of queue '${queue}': each message goes to one of them. Give each a queue of its own if both are to have all messages`,
    );
  }

  private onDone(consumer: RunningConsumer): void {
    this.runningConsumers.delete(consumer);
    // Who starts a consumer in vain is told by an exception.
    if (!consumer.wasStarted) return;
    if (consumer.error) this.stoppedConsumers.add(consumer);
    this.onStopped(consumer);
  }

  private policyFor(
    plan: ConsumerPlan,
    { onError = 'stop', retry = {} }: ConsumerOptions,
    name: string,
  ): ErrorPolicy {
    switch (onError) {
      case 'stop':
        return stopOnError;
      case 'requeue':
        return requeueOnError;
      case 'drop':
        return dropOnError;
      case 'retry':
        if (plan.queue === '') {
          throw new ConfigurationException(
            `The consumer ${name}: onError 'retry' needs a queue with a name; the broker gives its own another one after a reconnection`,
          );
        }
        return new RetryPolicy(plan, this.publishChannel, retry);
      default:
        throw new ConfigurationException(
          `The consumer ${name}: 'onError' must be stop, requeue, drop or retry, but is ${String(onError)}`,
        );
    }
  }
}
