import type { BrokerConnection } from '../broker/index.js';

/** How one of the connections is. @publicApi */
export interface ConnectionState {
  /** `unused` until it is first needed; `down` while it is on its way, for the first time or again. */
  readonly state: 'unused' | 'up' | 'down';
  /** Why the broker takes no messages at the moment, in its words; undefined when it does. */
  readonly blocked: string | undefined;
}

export function connectionStateOf({ isUp, isUsed, blocked }: BrokerConnection): ConnectionState {
  return { state: isUp ? 'up' : isUsed ? 'down' : 'unused', blocked };
}
