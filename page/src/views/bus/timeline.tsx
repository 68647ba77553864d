import type { JSX } from 'preact';
import type { ConnectionEvent } from '../../../../lib/page/protocol.js';
import { Time } from '../../parts/time.js';
import { counted } from '../../text/numbers.js';
import { clock } from '../../text/times.js';
import { spansOf } from './spans.js';

interface TimelineProps {
  readonly name: string;
  readonly events: readonly ConnectionEvent[];
  readonly from: number;
  readonly now: number;
}

/** When a connection was up, blocked and down. The states differ in form as well as in colour. */
export function Timeline({ name, events, from, now }: TimelineProps): JSX.Element {
  const percent = (time: number): string => `${((100 * time) / Math.max(1, now - from)).toFixed(3)}%`;
  const losses = events.filter(({ type }) => type === 'disconnected').length;
  const label = `The connection for ${name} since ${clock(from)}: lost ${counted(losses, 'time')}`;
  return (
    <div class="timeline">
      <div class="timeline-bar" role="img" aria-label={label}>
        {spansOf(events, from, now).map((span) => (
          <span
            key={span.from}
            class={`span span-${span.state}`}
            title={`${span.state} from ${clock(span.from)} to ${clock(span.to)}`}
            style={{ left: percent(span.from - from), width: percent(span.to - span.from) }}
          />
        ))}
      </div>
      <p class="timeline-ends">
        <Time at={from} hasDay />
        <span>now</span>
      </p>
    </div>
  );
}
