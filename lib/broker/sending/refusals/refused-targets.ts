import type { Publication } from '../../port.js';
import { reasonOf } from '../../transports.js';

/** How many targets are remembered. When the limit is reached, all of them are forgotten. */
const MAX_TARGETS = 1000;

type Target = Pick<Publication, 'exchange' | 'routingKey'>;

/**
 * Exchanges and topics for which the broker closed a channel. They are remembered until the broker takes a message
 * there.
 */
export class RefusedTargets {
  private readonly reasons = new Map<string, string>();

  /** Why the broker closed the channel for a message to this target; undefined when it did not. */
  reasonAgainst({ exchange, routingKey }: Target): string | undefined {
    if (this.reasons.size === 0) return undefined;
    return this.reasons.get(exchange) ?? this.reasons.get(topicKey(exchange, routingKey));
  }

  /** The broker closed the channel for a message to this target. */
  add(error: Error, { exchange, routingKey }: Target): void {
    if (this.reasons.size >= MAX_TARGETS) this.reasons.clear();
    const key = namedTopic(error) === undefined ? exchange : topicKey(exchange, routingKey);
    this.reasons.set(key, reasonOf(error));
  }

  /** The broker has taken a message to this target. */
  noteTaken({ exchange, routingKey }: Target): void {
    if (this.reasons.size === 0) return;
    this.reasons.delete(exchange);
    this.reasons.delete(topicKey(exchange, routingKey));
  }

  /** Forgets all targets: the next broker may take messages to them. */
  forget(): void {
    this.reasons.clear();
  }
}

/** Whether the broker's reason names the exchange of a publication, and its topic if the reason names a topic. */
export function isNamedIn(error: Error, { exchange, routingKey }: Target): boolean {
  const named = /exchange '([^']*)'/.exec(reasonOf(error))?.[1];
  const topic = namedTopic(error);
  // Permission errors call the default exchange `amq.default`. Its real name is empty.
  if ((named === 'amq.default' ? '' : named) !== exchange) return false;
  return topic === undefined || topic === routingKey;
}

function namedTopic(error: Error): string | undefined {
  return /topic '(.*)' in exchange/.exec(reasonOf(error))?.[1];
}

function topicKey(exchange: string, routingKey: string): string {
  return `${exchange}\n${routingKey}`;
}
