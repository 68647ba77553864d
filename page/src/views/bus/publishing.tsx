import type { JSX } from 'preact';
import type { PublishingState } from '../../../../lib/page/protocol.js';
import { compact, count } from '../../text/numbers.js';
import { Figure, Figures } from './figures.js';
import { Percentiles } from './percentiles.js';

export function Publishing({ publishing }: { publishing: readonly PublishingState[] }): JSX.Element {
  if (publishing.length === 0) return <p class="hint">This application publishes nothing.</p>;
  return (
    <>
      {publishing.map((state) => (
        <Publisher key={state.bus} state={state} />
      ))}
    </>
  );
}

function Publisher({ state }: { state: PublishingState }): JSX.Element {
  const { bus, inFlight, waiting, confirmed, failed, latency } = state;
  const reasons = Object.entries(failed).filter(([, times]) => times > 0);
  return (
    <article class="card" aria-label={`Publishing on the bus ${bus}`}>
      <header>
        <h3>{bus}</h3>
      </header>
      <Figures title="Publishes">
        <Figure
          name="confirmed"
          value={compact(confirmed)}
          title={count(confirmed)}
          isZero={confirmed === 0}
          icon="processed"
        />
        {reasons.map(([reason, times]) => (
          <Figure key={reason} name={`failed: ${reason}`} value={count(times)} icon="failed" />
        ))}
        {reasons.length === 0 && <Figure name="failed" value="0" isZero icon="failed" />}
      </Figures>
      <Figures title="Now">
        <Figure
          name="in flight"
          value={count(inFlight)}
          title="Sent; the broker has not answered."
          isZero={inFlight === 0}
        />
        <Figure name="waiting" value={count(waiting)} title="Not sent yet." isZero={waiting === 0} />
      </Figures>
      <Percentiles title="Latency" what="publishes" values={latency} />
    </article>
  );
}
