const WHOLE_FORMAT = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const COMPACT_FORMAT = new Intl.NumberFormat(undefined, { notation: 'compact', maximumFractionDigits: 1 });

/** A whole number with separators, such as `12,345`. */
export function count(value: number): string {
  return WHOLE_FORMAT.format(value);
}

/** A number with few digits, such as `12K`, for narrow places. */
export function compact(value: number): string {
  return value < 10_000 ? WHOLE_FORMAT.format(value) : COMPACT_FORMAT.format(value);
}

/** A rate with one decimal where it is small, such as `0.4` or `38`. Rates near zero are `0`. */
export function rate(perSecond: number): string {
  if (perSecond >= 9.95) return compact(Math.round(perSecond));
  const rounded = Math.round(perSecond * 10) / 10;
  return rounded === 0 && perSecond > 0 ? '<0.1' : String(rounded);
}

/** A duration with its unit, such as `0.4 ms`, `12 ms`, `3.2 s` or `4 min`. */
export function duration(milliseconds: number): string {
  if (milliseconds === 0) return '0 ms';
  if (milliseconds < 9.95) return `${Math.max(0.1, Math.round(milliseconds * 10) / 10)} ms`;
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 59_950) return `${Math.round(milliseconds / 100) / 10} s`;
  return `${Math.round(milliseconds / 60_000)} min`;
}

/** A duration, or a dash when there was none: percentiles of nothing are 0. */
export function measured(milliseconds: number): string {
  return milliseconds === 0 ? '–' : duration(milliseconds);
}

/** A size with its unit, such as `900 B`, `12 kB` or `3.1 MB`. */
export function size(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 100) / 10} kB`;
  return `${Math.round(bytes / 100_000) / 10} MB`;
}

/** A count with its noun, such as `1 message` or `1,200 messages`. */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}
