import { assertKnownKeys, type RetryOptions } from '../config/index.js';
import { ConfigurationException, shownValue } from '../exceptions/index.js';
import type { ConsumerOptions } from './consumer-options.interface.js';

const CONSUMER_KEYS = {
  topology: true,
  queues: true,
  bindings: true,
  prefetch: true,
  concurrency: true,
  consumeArguments: true,
  onError: true,
  retry: true,
} satisfies Record<keyof ConsumerOptions, true>;
const RETRY_KEYS = {
  in: true,
  attempts: true,
  delays: true,
  delay: true,
  maxDelay: true,
  exhausted: true,
  parkingQueue: true,
} satisfies Record<keyof RetryOptions, true>;

/**
 * Refuses keys that a consumer does not have.
 *
 * @param where the subject of the error text, such as `The consumer Notifier.onUpdate`
 * @param more further keys that the caller accepts
 * @throws ConfigurationException
 */
export function assertConsumerKeys(where: string, options: object, more: readonly string[]): void {
  assertKnownKeys(where, options, [...Object.keys(CONSUMER_KEYS), ...more]);
}

/**
 * Refuses keys that a consumer does not have, and `retry` where it has no effect.
 *
 * @param where the subject of the error text, such as `The consumer Notifier.onUpdate`
 * @param more further keys that the caller accepts
 * @throws ConfigurationException
 */
export function assertConsumerOptions(
  where: string,
  options: ConsumerOptions,
  more: readonly string[] = [],
): void {
  assertConsumerKeys(where, options, more);
  const { onError, retry } = options;
  if (retry === undefined) return;
  if (typeof retry !== 'object' || retry === null) {
    throw new ConfigurationException(`${where}: 'retry' must be an object, but is ${shownValue(retry)}`);
  }
  assertKnownKeys(where, retry, Object.keys(RETRY_KEYS), 'retry');
  if (onError === 'retry' || typeof onError === 'function') return;
  throw new ConfigurationException(
    `${where}: 'retry' needs onError: 'retry' or a function, but 'onError' is ${onError === undefined ? "'stop', the default" : shownValue(onError)}`,
  );
}
