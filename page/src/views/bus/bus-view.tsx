import type { JSX } from 'preact';
import type { Bus } from '../../state/state.js';
import { Connections } from './connections.js';
import { Consumers } from './consumers.js';
import { Publishing } from './publishing.js';

/** Consumers, publishing and connections, for every bus. */
export function BusView({ bus }: { bus?: Bus }): JSX.Element {
  if (!bus) return <p class="hint">Waiting for the server …</p>;
  return (
    <div class="document">
      <section>
        <h2>Consumers</h2>
        <Consumers
          consumers={bus.consumers}
          hasActions={bus.visitor.actions}
          hasBuses={bus.buses.length > 1}
        />
      </section>
      <section>
        <h2>Publishing</h2>
        <Publishing publishing={bus.publishing} />
      </section>
      <section>
        <h2>Connections</h2>
        <Connections connections={bus.connections} startedAt={bus.startedAt} now={bus.now} />
      </section>
      <p class="hint">nestjs-fedora-messaging {bus.version}</p>
    </div>
  );
}
