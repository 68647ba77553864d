/** The parts of a time of ISO 8601: date, time of day, fraction of a second, offset. */
const ISO_TIME = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:[.,](\d+))?)?(Z|[+-]\d\d(?::?\d\d)?)?$/i;

/**
 * A time in microseconds since 1970, the unit of Datagrepper's database; undefined for a text that is no time. A text
 * without an offset is UTC.
 */
export function microsecondsOf(time: unknown): number | undefined {
  if (time instanceof Date) return finite(time.getTime() * 1000);
  const [, date, clock = '00:00', fraction = '', offset = 'Z'] = ISO_TIME.exec(String(time)) ?? [];
  if (date === undefined) return undefined;
  const milliseconds = Date.parse(`${date}T${clock}${withMinutes(offset)}`);
  return finite(milliseconds * 1000 + Number(fraction.slice(0, 6).padEnd(6, '0')));
}

/** The time as Datagrepper takes it: seconds since 1970. */
export function inSeconds(microseconds: number): number {
  return microseconds / 1_000_000;
}

/** The offset as Date.parse() takes it, such as `+02:00`. */
function withMinutes(offset: string): string {
  const [, hours, minutes = '00'] = /^([+-]\d\d):?(\d\d)?$/.exec(offset) ?? [];
  return hours === undefined ? 'Z' : `${hours}:${minutes}`;
}

function finite(number: number): number | undefined {
  return Number.isFinite(number) ? number : undefined;
}
