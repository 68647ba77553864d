import { ConfigurationException, shownValue } from '../exceptions/index.js';
import type { DatagrepperQuery } from './datagrepper-query.interface.js';
import { microsecondsOf } from '../iso-time/index.js';
import type { ArchivedMessage } from './page.js';

const DAY_US = 24 * 60 * 60 * 1_000_000;

/** A span of time in the archive that is read in one direction. Its ends belong to it. */
export class Span {
  private constructor(
    /** Microseconds since 1970. Not 0: Datagrepper would take that for no time at all. */
    readonly from: number,
    readonly to: number,
    readonly order: 'asc' | 'desc',
  ) {}

  /** @throws ConfigurationException when a time is none, or the span ends before it begins */
  static of({ since, until = new Date(), order = 'asc' }: DatagrepperQuery): Span {
    const to = timeOf(until, 'until');
    const from = since === undefined ? to - DAY_US : timeOf(since, 'since');
    if (from > to) throw new ConfigurationException("Datagrepper: 'since' must be before 'until'");
    return new Span(Math.max(1, from), to, order);
  }

  /** The time at which reading begins. */
  get start(): number {
    return this.order === 'asc' ? this.from : this.to;
  }

  get isEmpty(): boolean {
    return this.from > this.to;
  }

  /** The time of the last message whose time is known; the span's start when that is further. */
  timeOfLast(messages: readonly ArchivedMessage[]): number {
    const time = messages.findLast((message) => message.time !== undefined)?.time ?? this.start;
    return this.order === 'asc' ? Math.max(time, this.from) : Math.min(time, this.to);
  }

  /** The rest of the span, beginning with a time. */
  fromTime(time: number): Span {
    return this.order === 'asc' ? new Span(time, this.to, 'asc') : new Span(this.from, time, 'desc');
  }

  /** The rest of the span after a time. */
  afterTime(time: number): Span {
    return this.fromTime(this.order === 'asc' ? time + 1 : time - 1);
  }

  /** One time only. */
  at(time: number): Span {
    return new Span(time, time, this.order);
  }
}

function timeOf(time: Date | string, name: string): number {
  const microseconds = microsecondsOf(time);
  if (microseconds !== undefined) return microseconds;
  throw new ConfigurationException(
    `Datagrepper: '${name}' must be a Date or a time such as 2026-01-31T12:00:00Z, but is ${shownValue(time)}`,
  );
}
