/**
 * A message that is parked: its handler has failed so often that `onError: 'retry'` has given it up.
 *
 * @publicApi
 */
export interface ParkedMessage {
  /** Its id; null for a message that has none. */
  readonly id: string | null;
  /** The topic that it was published with. */
  readonly topic: string;
  /** What its handler threw at last; null for a message that somebody else has put into the queue. */
  readonly error: string | null;
  /** How often it was handed to its handler; null where that is not known. */
  readonly attempts: number | null;
  /** When it was parked; null where that is not known. */
  readonly parkedAt: Date | null;
}

/**
 * Which parked messages are meant: those with an id, of which there may be two after a crash, or all.
 *
 * @publicApi
 */
export type ParkedSelection = { readonly id: string } | { readonly all: true };
