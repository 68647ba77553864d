/** What a client has seen, as the `id` of the last event it got. A browser sends it back as `Last-Event-ID`. */
export interface Seen {
  /** The number of the last change of the messages. */
  readonly change: number;
  /** The time of the last point of the history. */
  readonly pointAt: number;
}

/** Writes the id of an event. Ids of one feed increase. */
export function eventId(instance: string, { change, pointAt }: Seen): string {
  return `${instance}/${pointAt}/${change}`;
}

/** Reads the id of an event; undefined when it is of another process, or none. */
export function seenBy(id: string | undefined, instance: string): Seen | undefined {
  const [of, pointAt, change, more] = id?.split('/') ?? [];
  if (of !== instance || more !== undefined) return undefined;
  const seen = { change: Number(change), pointAt: Number(pointAt) };
  return Number.isSafeInteger(seen.change) && Number.isSafeInteger(seen.pointAt) ? seen : undefined;
}
