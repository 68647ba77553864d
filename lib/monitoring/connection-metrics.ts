import type { BrokerConnections } from '../broker/index.js';
import type { BusCollector } from './bus-collector.js';
import type { PromClient, Registry } from './prom-client.js';

const PURPOSES = ['publishing', 'consuming'] as const;

/**
 * Metrics of the two connections of each bus: their state at the time of a scrape, and how often they were
 * reconnected.
 */
export function connectionMetrics({ Counter, Gauge }: PromClient, registers: Registry[]): BusCollector {
  const buses: [bus: string, connections: BrokerConnections][] = [];
  const labelNames = ['bus', 'connection'] as const;
  new Gauge({
    name: 'fedora_messaging_connection_up',
    help: 'Whether the connection to the broker is up (1) or not (0). Each connects when it is first needed.',
    labelNames,
    registers,
    collect() {
      for (const [bus, connections] of buses) {
        for (const connection of PURPOSES)
          this.set({ bus, connection }, connections[connection].isUp ? 1 : 0);
      }
    },
  });
  new Gauge({
    name: 'fedora_messaging_connection_blocked',
    help: 'Whether the broker takes no messages on the connection (1), for want of memory or disk.',
    labelNames,
    registers,
    collect() {
      for (const [bus, connections] of buses) {
        for (const connection of PURPOSES) {
          this.set({ bus, connection }, connections[connection].blocked === undefined ? 0 : 1);
        }
      }
    },
  });
  const reconnections = new Counter({
    name: 'fedora_messaging_reconnections_total',
    help: 'How often the connection has come back after it was lost.',
    labelNames,
    registers,
  });
  return (bus, { connections }) => {
    buses.push([bus, connections]);
    for (const connection of PURPOSES) {
      reconnections.inc({ bus, connection }, 0);
      let isFirst = true;
      connections[connection].on('connected', () => {
        if (!isFirst) reconnections.inc({ bus, connection });
        isFirst = false;
      });
    }
  };
}
