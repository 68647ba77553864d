import type { JSX } from 'preact';
import { Header } from './header.js';
import { Notice } from './notice.js';
import type { State } from './state/state.js';
import { BusView } from './views/bus/bus-view.js';
import { MessagesView } from './views/messages/messages-view.js';
import { PlotsView } from './views/plots/plots-view.js';
import { ReferenceView } from './views/reference/reference-view.js';

/** The whole page, for a state. */
export function App({ state }: { state: State }): JSX.Element {
  return (
    <>
      <Header state={state} />
      <main class={`view view-${state.place.view}`}>{viewOf(state)}</main>
      <Notice notice={state.notice} />
    </>
  );
}

function viewOf(state: State): JSX.Element {
  switch (state.place.view) {
    case 'messages':
      return <MessagesView state={state} />;
    case 'bus':
      return <BusView bus={state.bus} />;
    case 'plots':
      return <PlotsView bus={state.bus} />;
    case 'reference':
      return <ReferenceView reference={state.reference} bus={state.bus} />;
  }
}
