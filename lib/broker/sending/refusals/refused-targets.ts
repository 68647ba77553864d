import type { Publication } from '../../port.js';
import { reasonOf } from '../../transports.js';

/** So many are remembered. */
const MAX_TARGETS = 1000;

type Target = Pick<Publication, 'exchange' | 'routingKey'>;

/** Exchanges, and topics in them, that the broker closed a channel for, until it takes a message there. */
export class RefusedTargets {
  private readonly reasons = new Map<string, string>();

  /** Why the broker closed the channel for a message there; undefined when it has not. */
  reasonAgainst({ exchange, routingKey }: Target): string | undefined {
    if (this.reasons.size === 0) return undefined;
    return this.reasons.get(exchange) ?? this.reasons.get(topicKey(exchange, routingKey));
  }

  /** The broker closed the channel for a message there. */
  add(error: Error, { exchange, routingKey }: Target): void {
    if (this.reasons.size >= MAX_TARGETS) this.reasons.clear();
    const key = namedTopic(error) === undefined ? exchange : topicKey(exchange, routingKey);
    this.reasons.set(key, reasonOf(error));
  }

  /** The broker has taken a message there. */
  noteTaken({ exchange, routingKey }: Target): void {
    if (this.reasons.size === 0) return;
    this.reasons.delete(exchange);
    this.reasons.delete(topicKey(exchange, routingKey));
  }

  /** The next broker may take what this one refused. */
  forget(): void {
    this.reasons.clear();
  }
}

/** Whether the broker's reason names the exchange, and the topic if it names one, of a publication. */
export function isNamedIn(error: Error, { exchange, routingKey }: Target): boolean {
  const named = /exchange '([^']*)'/.exec(reasonOf(error))?.[1];
  const topic = namedTopic(error);
  // The default exchange, whose name is empty, has another one where permissions are checked.
  if ((named === 'amq.default' ? '' : named) !== exchange) return false;
  return topic === undefined || topic === routingKey;
}

function namedTopic(error: Error): string | undefined {
  return /topic '(.*)' in exchange/.exec(reasonOf(error))?.[1];
}

function topicKey(exchange: string, routingKey: string): string {
  return `${exchange}\n${routingKey}`;
}
