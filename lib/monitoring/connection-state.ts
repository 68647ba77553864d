import type { BrokerConnection } from '../broker/index.js';

/** The state of a connection. @publicApi */
export interface ConnectionState {
  /** `unused` until it is first needed; `down` while it is being made, for the first time or again. */
  readonly state: 'unused' | 'up' | 'down';
  /** The broker's reason for taking no messages at the moment; undefined when it takes messages. */
  readonly blocked: string | undefined;
}

export function connectionStateOf({ isUp, isUsed, blocked }: BrokerConnection): ConnectionState {
  return { state: isUp ? 'up' : isUsed ? 'down' : 'unused', blocked };
}
