import type { JSX } from 'preact';
import { MINUTES, settledIn } from './state/history.js';
import type { Bus, Link, State } from './state/state.js';
import { hashOf, type View, VIEWS } from './state/view.js';
import { rate } from './text/numbers.js';

const TITLES: Record<View, string> = {
  messages: 'Messages',
  bus: 'Bus',
  plots: 'Plots',
  reference: 'Reference',
};

const LINKS: Record<Link, string> = {
  connecting: 'Connecting …',
  live: 'Live',
  lost: 'Connection lost, connecting again …',
  refused: 'The server refuses the stream; the next attempt is in 5 seconds',
};

export function Header({ state: { bus, link, place } }: { state: State }): JSX.Element {
  return (
    <header class="header">
      <h1>
        <span class="logo" aria-hidden="true" />
        {bus?.application ?? 'The bus'}
      </h1>
      <nav aria-label="Views">
        {VIEWS.map((view) => (
          <a key={view} href={hashOf({ view })} aria-current={view === place.view ? 'page' : undefined}>
            {TITLES[view]}
          </a>
        ))}
      </nav>
      <p class="header-end">
        {bus?.visitor.name && <span class="visitor">{bus.visitor.name}</span>}
        {bus && <Pace bus={bus} />}
        <span class={`link link-${link}`} role="status">
          {LINKS[link]}
        </span>
      </p>
    </header>
  );
}

/** What happens at the moment, in a few numbers. */
function Pace({ bus }: { bus: Bus }): JSX.Element {
  const last = bus.minutes.at(-1);
  const inHand = bus.consumers.reduce((sum, consumer) => sum + consumer.inHand, 0);
  return (
    <span class="pace">
      <span>
        <b>{rate((last ? settledIn(last) : 0) / MINUTES.seconds)}</b> messages/s
      </span>
      <span>
        <b>{inHand}</b> in hand
      </span>
    </span>
  );
}
