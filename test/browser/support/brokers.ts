import { memoryUrl } from '../../support/memory-url.js';
import { amqpUrl } from '../../support/shared-rabbitmq.js';

/** The brokers of tests that run on both: their names, and a URL. */
export const BROKERS: readonly (readonly [name: string, urlOf: () => string])[] = [
  ['RabbitMQ', () => amqpUrl()],
  ['memory://', memoryUrl],
];
