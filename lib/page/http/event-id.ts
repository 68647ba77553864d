/** What a client has seen, as the `id` of the last event it got. A browser sends it back as `Last-Event-ID`. */
export interface Seen {
  /** The number of the last change of the messages. */
  readonly change: number;
  /** How many messages had not been kept. */
  readonly passedBy: number;
  /** The time of the last point of the history. */
  readonly pointAt: number;
}

/** Writes the id of an event. Ids of one feed increase. */
export function eventId(instance: string, { change, passedBy, pointAt }: Seen): string {
  return `${instance}/${pointAt}/${change}/${passedBy}`;
}

/** Reads the id of an event; undefined when it is of another process, or none. */
export function seenBy(id: string | undefined, instance: string): Seen | undefined {
  const [of, pointAt, change, passedBy, more] = id?.split('/') ?? [];
  if (of !== instance || more !== undefined) return undefined;
  const seen = { change: Number(change), passedBy: Number(passedBy), pointAt: Number(pointAt) };
  return Object.values(seen).every(Number.isSafeInteger) ? seen : undefined;
}
