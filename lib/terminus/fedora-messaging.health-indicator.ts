import { Injectable } from '@nestjs/common';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import { describeError, errorName } from '../exceptions/index.js';
import { FedoraMessagingService } from '../module/index.js';

/**
 * What the indicator tells next to its status.
 *
 * @publicApi
 */
export interface FedoraMessagingHealth extends Record<string, unknown> {
  /** Whether every connection that is in use is up; true when none is in use. */
  readonly connected: boolean;
  /** Whether there are consumers, and all of them are consuming. */
  readonly consuming: boolean;
  /** Why the broker takes no messages, in its words; null when it does. */
  readonly blocked: string | null;
  /** Consumers that have stopped by themselves, and do not come back. */
  readonly stoppedConsumers: readonly StoppedConsumer[];
}

/** A consumer that has stopped by itself. @publicApi */
export interface StoppedConsumer {
  /** Who handled the messages: the class and method of a handler. */
  readonly consumer: string;
  readonly queue: string;
  /** What stopped it. */
  readonly cause: string;
}

/**
 * Health of the message bus for `@nestjs/terminus`: provide it where the health checks are.
 *
 * - `down`: a connection in use is not up, a consumer has stopped by itself, or one is not subscribed. A
 *   consumer that the application has paused is as it should be.
 * - `degraded`: the broker takes no messages; they wait. With `@nestjs/terminus` 11, which does not know it: `up`,
 *   and `blocked` says why.
 * - `up`: anything else, also when nothing is in use.
 *
 * @publicApi
 */
@Injectable()
export class FedoraMessagingHealthIndicator {
  constructor(
    private readonly messaging: FedoraMessagingService,
    private readonly indicators: HealthIndicatorService,
  ) {}

  /** @param key what the result is called in the answer */
  isHealthy<const Key extends string>(key: Key): HealthIndicatorResult<Key> {
    const health = this.health();
    const isSubscribed = this.messaging.consumers.every(
      ({ isConsuming, isPaused }) => isConsuming || isPaused,
    );
    const indicator = this.indicators.check(key);
    if (!health.connected || !isSubscribed || health.stoppedConsumers.length > 0) {
      return indicator.down(health);
    }
    // Of version 11, the package has up and down only.
    if (health.blocked === null || !('degraded' in indicator)) return indicator.up(health);
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
