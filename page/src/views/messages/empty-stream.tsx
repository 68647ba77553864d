import type { JSX } from 'preact';
import { useContext } from 'preact/hooks';
import { PageContext } from '../../page.js';
import { type Filters, hasFilters } from '../../state/filters.js';
import type { Bus } from '../../state/state.js';
import { hashOf } from '../../state/view.js';
import { counted } from '../../text/numbers.js';

interface EmptyStreamProps {
  readonly bus: Bus;
  readonly filters: Filters;
  /** The number of messages that wait while the list is paused. */
  readonly waiting: number;
}

/** Says why there is no message, and what to do to see one. */
export function EmptyStream({ bus, filters, waiting }: EmptyStreamProps): JSX.Element {
  if (waiting > 0) return <Waiting count={waiting} />;
  if (hasFilters(filters)) return <NoMatch />;
  if (bus.consumers.length === 0) return <NoConsumer />;
  return <NoMessage bus={bus} />;
}

function Waiting({ count }: { count: number }): JSX.Element {
  return (
    <div class="empty">
      <h2>{count === 1 ? '1 message waits' : `${counted(count, 'message')} wait`}</h2>
      <p>The list is paused. “Go on” shows them.</p>
    </div>
  );
}

function NoMatch(): JSX.Element {
  const page = useContext(PageContext);
  return (
    <div class="empty">
      <h2>No message matches the filters</h2>
      <p>New messages that match them appear here. Messages that came before are found if they are kept.</p>
      <button type="button" class="button" onClick={() => page.clearFilters()}>
        Clear the filters
      </button>
    </div>
  );
}

function NoConsumer(): JSX.Element {
  return (
    <div class="empty">
      <h2>This application consumes nothing</h2>
      <p>
        A class with <code>@Consumer()</code> and a method with <code>@OnMessage()</code> receives messages.
      </p>
      <p>
        To see the messages of a bus without an application, run <code>fedora-messaging watch</code>.
      </p>
    </div>
  );
}

function NoMessage({ bus }: { bus: Bus }): JSX.Element {
  const queues = bus.consumers.map(({ queue, state }) => `${queue} (${state})`);
  return (
    <div class="empty">
      <h2>Waiting for messages</h2>
      <p>
        {queues.length === 1 ? 'The queue' : 'The queues'}: {queues.join(', ')}. Messages appear here when
        they come; messages from before this page was opened are not kept.
      </p>
      {bus.consumers.some(({ state }) => state !== 'consuming') && (
        <p>
          Not every consumer consumes; <a href={hashOf({ view: 'bus' })}>the view of the bus</a> says why.
        </p>
      )}
      <p>
        To see a message, publish one: <code>fedora-messaging publish FILE</code>
        {bus.visitor.actions && (
          <>
            , or an example of the <a href={hashOf({ view: 'reference' })}>message classes</a>
          </>
        )}
        .
      </p>
    </div>
  );
}
