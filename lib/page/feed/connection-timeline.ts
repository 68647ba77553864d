import type { BrokerConnections } from '../../broker/index.js';
import { withoutPasswords } from '../../exceptions/index.js';
import { connectionStateOf, type FedoraMessagingEvent } from '../../monitoring/index.js';
import type { ConnectionEvent, ConnectionsState, ConnectionView } from '../protocol.js';

/** How many events are kept. */
const MAX_EVENTS = 50;

/** The state of the connections of one bus, and their last events. */
export class ConnectionTimeline {
  private readonly events: ConnectionEvent[] = [];

  constructor(
    private readonly bus: string,
    private readonly connections: BrokerConnections,
  ) {}

  note(event: FedoraMessagingEvent): void {
    if (event.type === 'consumer-stopped') return;
    const { type, connection } = event;
    const reason = 'reason' in event ? { reason: withoutPasswords(event.reason) } : {};
    this.events.push({ at: Date.now(), connection, type, ...reason });
    if (this.events.length > MAX_EVENTS) this.events.shift();
  }

  get state(): ConnectionsState {
    const { publishing, consuming } = this.connections;
    const view = (connection: typeof publishing): ConnectionView => {
      const { state, blocked } = connectionStateOf(connection);
      return { state, ...(blocked !== undefined && { blocked }) };
    };
    return {
      bus: this.bus,
      publishing: view(publishing),
      consuming: view(consuming),
      timeline: this.events,
    };
  }
}
