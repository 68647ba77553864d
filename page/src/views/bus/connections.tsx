import type { JSX } from 'preact';
import type { ConnectionEvent, ConnectionsState, ConnectionView } from '../../../../lib/page/protocol.js';
import { Folding } from '../../parts/folding.js';
import { Time } from '../../parts/time.js';
import { Timeline } from './timeline.js';

interface ConnectionsProps {
  readonly connections: readonly ConnectionsState[];
  readonly startedAt: number;
  readonly now: number;
}

export function Connections({ connections, startedAt, now }: ConnectionsProps): JSX.Element {
  return (
    <>
      {connections.map(({ bus, timeline, ...views }) => (
        <article key={bus} class="card" aria-label={`Connections of the bus ${bus}`}>
          <header>
            <h3>{bus}</h3>
          </header>
          {(['consuming', 'publishing'] as const).map((name) => (
            <Connection
              key={name}
              name={name}
              view={views[name]}
              events={timeline.filter(({ connection }) => connection === name)}
              // The time line begins with the first event that is kept.
              from={timeline.length < MAX_EVENTS ? startedAt : timeline[0]!.at}
              now={now}
            />
          ))}
          <Events events={timeline} />
        </article>
      ))}
    </>
  );
}

/** The most events that the server keeps of a bus. */
const MAX_EVENTS = 50;

interface ConnectionProps {
  readonly name: 'consuming' | 'publishing';
  readonly view: ConnectionView;
  readonly events: readonly ConnectionEvent[];
  readonly from: number;
  readonly now: number;
}

function Connection({ name, view, events, from, now }: ConnectionProps): JSX.Element {
  const isBlocked = view.blocked !== undefined;
  return (
    <div class="connection">
      <p>
        <b>{name}</b>{' '}
        <span class={`state state-${isBlocked ? 'blocked' : view.state}`}>
          {isBlocked ? 'blocked' : view.state}
        </span>{' '}
        {isBlocked && <span class="hint">{view.blocked}</span>}
      </p>
      <Timeline name={name} events={events} from={from} now={now} />
    </div>
  );
}

/** The number of events that are shown at first. */
const RECENT_EVENTS = 6;

function Events({ events }: { events: readonly ConnectionEvent[] }): JSX.Element {
  if (events.length === 0) return <p class="hint">No connection was opened yet.</p>;
  const newestFirst = events.toReversed();
  const earlier = newestFirst.slice(RECENT_EVENTS);
  return (
    <div class="events">
      <EventList events={newestFirst.slice(0, RECENT_EVENTS)} />
      {earlier.length > 0 && (
        <Folding title={`Earlier (${earlier.length})`}>{() => <EventList events={earlier} />}</Folding>
      )}
    </div>
  );
}

function EventList({ events }: { events: readonly ConnectionEvent[] }): JSX.Element {
  return (
    <ol>
      {events.map(({ at, connection, type, reason }, index) => (
        <li key={`${at} ${events.length - index}`}>
          <Time at={at} hasDay /> {connection} <span class={`event event-${type}`}>{type}</span>
          {reason && <span class="hint">: {reason}</span>}
        </li>
      ))}
    </ol>
  );
}
