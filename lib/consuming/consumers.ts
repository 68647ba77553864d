import type { BrokerConnection } from '../broker/index.js';
import { DEFAULT_PREFETCH_COUNT, type FedoraMessagingSettings } from '../config/index.js';
import { ConfigurationException } from '../exceptions/index.js';
import type { MessageCodec } from '../message/index.js';
import type { MessageHandler } from './consumer-callback.js';
import type { ConsumerOptions } from './consumer-options.interface.js';
import { planConsumers } from './consumer-plan.js';
import { type ConsumedStatistics, noneConsumed } from './consumer-statistics.js';
import { RunningConsumer, type RunningConsumerContext } from './running-consumer.js';

/** The consumers of one application: starts them, knows which run, and stops them. */
export class Consumers {
  /** Of all consumers, also of those that have stopped. */
  readonly statistics: ConsumedStatistics = noneConsumed();
  private readonly runningConsumers = new Set<RunningConsumer>();
  private readonly context: RunningConsumerContext;

  /** @throws ConfigurationException */
  constructor(
    connection: BrokerConnection,
    codec: MessageCodec,
    private readonly settings: FedoraMessagingSettings,
  ) {
    const { exchanges, passiveDeclares, qos } = settings;
    if (qos.prefetchSize) {
      throw new ConfigurationException(
        `The options: 'qos.prefetchSize' (prefetch_size) must be 0, but is ${qos.prefetchSize}: RabbitMQ limits by count only, with prefetchCount`,
      );
    }
    const prefetchCount = qos.prefetchCount ?? DEFAULT_PREFETCH_COUNT;
    this.context = {
      connection,
      codec,
      settings: { exchanges, passiveDeclares, prefetchCount },
      statistics: this.statistics,
    };
  }

  /** Those that have not stopped. */
  get running(): readonly RunningConsumer[] {
    return [...this.runningConsumers];
  }

  /** Starts one consumer for each queue; all of them or, when one can't be started, none. */
  async start(name: string, handler: MessageHandler, options: ConsumerOptions): Promise<RunningConsumer[]> {
    const consumers = planConsumers(options, this.settings, name).map(
      (plan) =>
        new RunningConsumer(name, handler, plan, this.context, (done) => this.runningConsumers.delete(done)),
    );
    try {
      for (const consumer of consumers) {
        this.runningConsumers.add(consumer);
        await consumer.start();
      }
    } catch (error) {
      await Promise.all(consumers.map((consumer) => consumer.cancel()));
      throw error;
    }
    return consumers;
  }

  /** Cancels all; each finishes the message in hand. */
  async stop(): Promise<void> {
    await Promise.all(this.running.map((consumer) => consumer.cancel()));
  }
}
