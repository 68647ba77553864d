/**
 * A parked message: its handler has failed at every attempt of `onError: 'retry'`.
 *
 * @publicApi
 */
export interface ParkedMessage {
  /** The message's id; null if the message has none. */
  readonly id: string | null;
  /** The topic with which the message was published. */
  readonly topic: string;
  /** The last error of its handler; null for a message that somebody else put into the queue. */
  readonly error: string | null;
  /** How often its handler was called; null if that is not known. */
  readonly attempts: number | null;
  /** When the message was parked; null if that is not known. */
  readonly parkedAt: Date | null;
}

/**
 * Selects parked messages: those with an id (there may be two after a crash), or all.
 *
 * @publicApi
 */
export type ParkedSelection = { readonly id: string } | { readonly all: true };
