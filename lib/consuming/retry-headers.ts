import type { ConsumeMessage } from '../broker/index.js';

/** What a message carries through the retry queues, and does not show to handlers. */
const ATTEMPT_HEADER = 'x-retry-attempt';
const TOPIC_HEADER = 'x-retry-topic';
const ERROR_HEADER = 'x-retry-error';
/** An error's text is for people; headers are limited. */
const LONGEST_ERROR = 1000;

type Headers = Record<string, unknown>;

/** How often the message has failed already; 0 for one that comes for the first time. */
export function takeRetryHeaders(delivery: ConsumeMessage): number {
  const headers = delivery.properties.headers as Headers | undefined;
  if (!headers || !(ATTEMPT_HEADER in headers || TOPIC_HEADER in headers)) return 0;
  const attempt = headers[ATTEMPT_HEADER];
  const topic = headers[TOPIC_HEADER];
  // On its way through the retry queue, its routing key was the name of a queue.
  if (typeof topic === 'string') delivery.fields.routingKey = topic;
  delete headers[ATTEMPT_HEADER];
  delete headers[TOPIC_HEADER];
  delete headers[ERROR_HEADER];
  return typeof attempt === 'number' && attempt > 0 ? attempt : 0;
}

/** The headers with which a message that has failed so often waits for its next attempt. */
export function retryHeaders(delivery: ConsumeMessage, failures: number): Headers {
  return {
    ...(delivery.properties.headers as Headers | undefined),
    [ATTEMPT_HEADER]: failures,
    [TOPIC_HEADER]: delivery.fields.routingKey,
  };
}

/** The headers with which a message is parked; put back into its queue, it starts anew. */
export function parkingHeaders(delivery: ConsumeMessage, error: Error): Headers {
  return {
    ...(delivery.properties.headers as Headers | undefined),
    [TOPIC_HEADER]: delivery.fields.routingKey,
    [ERROR_HEADER]: error.message.slice(0, LONGEST_ERROR),
  };
}

/** What a copy of a failed message is for; undefined for a message that is no such copy. */
export function purposeOfCopy(headers: Headers = {}): 'retry' | 'park' | undefined {
  if (!(TOPIC_HEADER in headers)) return undefined;
  return ERROR_HEADER in headers ? 'park' : 'retry';
}
