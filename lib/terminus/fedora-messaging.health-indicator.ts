import { Injectable } from '@nestjs/common';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import { describeError, errorName } from '../exceptions/index.js';
import { FedoraMessagingService } from '../module/index.js';

/**
 * The details that the indicator reports with its status.
 *
 * @publicApi
 */
export interface FedoraMessagingHealth extends Record<string, unknown> {
  /** Whether every connection that is in use is up; true when none is in use. */
  readonly connected: boolean;
  /** Whether there are consumers, and all of them are consuming. */
  readonly consuming: boolean;
  /** The broker's reason for taking no messages; null when it takes messages. */
  readonly blocked: string | null;
  /** Consumers that have stopped by themselves, and do not come back. */
  readonly stoppedConsumers: readonly StoppedConsumer[];
}

/** A consumer that has stopped by itself. @publicApi */
export interface StoppedConsumer {
  /** The consumer's name: the class and method of its handler. */
  readonly consumer: string;
  /** The queue that it consumed. */
  readonly queue: string;
  /** The error that stopped the consumer. */
  readonly cause: string;
}

/** The session of `@nestjs/terminus`, in versions 11 and 12. */
interface Indicator<Key extends string> {
  up(health: FedoraMessagingHealth): HealthIndicatorResult<Key>;
  down(health: FedoraMessagingHealth): HealthIndicatorResult<Key>;
  /** Version 11 has only up and down. */
  degraded?(health: FedoraMessagingHealth): HealthIndicatorResult<Key>;
}

/**
 * Reports the health of the message bus to `@nestjs/terminus`: provide it where the health checks are.
 *
 * - `down`: a connection in use is not up, a consumer has stopped by itself, or a consumer is not subscribed. A
 *   consumer that the application has paused does not count.
 * - `degraded`: the broker takes no messages; they wait. `@nestjs/terminus` 11 has no such status: then it is `up`,
 *   and `blocked` says why.
 * - `up`: otherwise, also when nothing is in use.
 *
 * @publicApi
 */
@Injectable()
export class FedoraMessagingHealthIndicator {
  constructor(
    private readonly messaging: FedoraMessagingService,
    private readonly indicators: HealthIndicatorService,
  ) {}

  /**
   * Checks the bus `default`. The status is `down`, `degraded` or `up`, with {@link FedoraMessagingHealth} as details.
   *
   * @param key the key of the result in the answer
   */
  isHealthy<const Key extends string>(key: Key): HealthIndicatorResult<Key> {
    const health = this.health();
    const isSubscribed = this.messaging.consumers.every(
      ({ isConsuming, isPaused }) => isConsuming || isPaused,
    );
    const indicator: Indicator<Key> = this.indicators.check(key);
    if (!health.connected || !isSubscribed || health.stoppedConsumers.length > 0) {
      return indicator.down(health);
    }
    if (health.blocked === null || !indicator.degraded) return indicator.up(health);
    return indicator.degraded(health);
  }

  private health(): FedoraMessagingHealth {
    const { connections, statistics, stoppedConsumers } = this.messaging;
    const states = Object.values(connections);
    return {
      connected: states.every(({ state }) => state !== 'down'),
      consuming: statistics.consuming,
      blocked: states.find(({ blocked }) => blocked !== undefined)?.blocked ?? null,
      stoppedConsumers: stoppedConsumers.map(({ name, queue, error }) => ({
        consumer: name,
        queue,
        cause: error ? `${errorName(error)}: ${describeError(error)}` : '',
      })),
    };
  }
}
