import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { DAY, MINUTES } from '../../state/history.js';
import type { Bus } from '../../state/state.js';
import { Plot } from './plot.js';
import { PLOTS } from './series.js';
import { useTheme } from './use-theme.js';

const RANGES = [
  { name: 'minutes', title: '15 minutes', heading: '15 minutes', ...MINUTES },
  { name: 'day', title: 'A day', heading: 'day', ...DAY },
] as const;

/** What happened in the last minutes, or the last day. */
export function PlotsView({ bus }: { bus?: Bus }): JSX.Element {
  const [range, setRange] = useState<(typeof RANGES)[number]>(RANGES[0]);
  const theme = useTheme();
  if (!bus) return <p class="hint">Waiting for the server …</p>;
  const points = bus[range.name];
  return (
    <div class="document plots">
      <h2>The last {range.heading}</h2>
      <div class="choice" role="group" aria-label="The time that is shown">
        {RANGES.map((each) => (
          <button key={each.name} type="button" aria-pressed={each === range} onClick={() => setRange(each)}>
            {each.title}
          </button>
        ))}
      </div>
      {points.length < 2 ? (
        <p class="hint">
          The first points come {range.name === 'day' ? 'ten minutes' : 'ten seconds'} after the start of the
          application.
        </p>
      ) : (
        <div class="plot-grid">
          {PLOTS.map((plan) => (
            <Plot
              key={`${plan.title} ${range.name}`}
              plan={plan}
              points={points}
              seconds={range.seconds}
              length={range.points}
              theme={theme}
            />
          ))}
        </div>
      )}
    </div>
  );
}
