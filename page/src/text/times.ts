const CLOCK = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const DATE = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'short' });
const HOUR = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });

/** The time of day in the viewer's zone, with seconds. */
export function clock(at: number): string {
  return CLOCK.format(at);
}

/** The hour and minute in the viewer's zone. */
export function hour(at: number): string {
  return HOUR.format(at);
}

/** The day and time in the viewer's zone. */
export function dayAndClock(at: number): string {
  return `${DATE.format(at)}, ${CLOCK.format(at)}`;
}

/** The exact time in UTC. */
export function iso(at: number): string {
  return new Date(at).toISOString();
}
