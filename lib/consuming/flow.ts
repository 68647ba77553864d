import { DEFAULT_PREFETCH_COUNT, type FedoraMessagingSettings } from '../config/index.js';
import { ConfigurationException, shownValue } from '../exceptions/index.js';
import type { ConsumerOptions } from './consumer-options.interface.js';

/** The prefetch count has 16 bits in AMQP. */
const MAX_PREFETCH_COUNT = 65_535;

/** How many messages the broker sends ahead, and how many are handled at the same time. */
export interface Flow {
  /** How many unacknowledged messages the broker sends at most; 0 means no limit. */
  readonly prefetchCount: number;
  /** How many messages of a queue are handled at the same time. */
  readonly concurrency: number;
}

/** @throws ConfigurationException */
export function flowOf(
  { prefetch, concurrency = 1 }: ConsumerOptions,
  { qos }: Pick<FedoraMessagingSettings, 'qos'>,
  name: string,
): Flow {
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw new ConfigurationException(
      `The consumer ${name}: 'concurrency' must be a whole number of at least 1, but is ${shownValue(concurrency)}`,
    );
  }
  if (prefetch === undefined) {
    const { prefetchCount = DEFAULT_PREFETCH_COUNT } = qos;
    return { concurrency, prefetchCount: prefetchCount && Math.max(prefetchCount, concurrency) };
  }
  if (!Number.isInteger(prefetch) || prefetch < 0 || prefetch > MAX_PREFETCH_COUNT) {
    throw new ConfigurationException(
      `The consumer ${name}: 'prefetch' must be a whole number from 0, no limit, to ${MAX_PREFETCH_COUNT}, but is ${shownValue(prefetch)}`,
    );
  }
  if (prefetch !== 0 && prefetch < concurrency) {
    throw new ConfigurationException(
      `The consumer ${name}: 'prefetch' (${prefetch}) must be 0 or at least 'concurrency' (${concurrency}): the broker would never send enough messages`,
    );
  }
  return { concurrency, prefetchCount: prefetch };
}
