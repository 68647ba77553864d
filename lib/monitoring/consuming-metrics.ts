import type { Consumers } from '../consuming/index.js';
import { ConsumerCounts } from './consumer-counts.js';
import type { BusCollector } from './bus-collector.js';
import type { PromClient, Registry } from './prom-client.js';

/** Histogram buckets, from handlers that only look at a message to handlers that build or send something. */
const DURATION_BUCKETS_S = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** The label value for queues that the broker names, because their names change with every connection. */
const SERVER_NAMED = 'server-named';

/** Metrics of the consumers of each bus. */
export function consumingMetrics(
  { Counter, Gauge, Histogram }: PromClient,
  registers: Registry[],
  onInvalid: (bus: string) => void,
): BusCollector {
  const buses: [bus: string, consumers: Consumers][] = [];
  const labelNames = ['bus', 'queue', 'consumer'] as const;
  const counted = new Map<string, ConsumerCounts>();
  const durations = new Histogram({
    name: 'fedora_messaging_handler_duration_seconds',
    help: 'How long handlers took.',
    labelNames,
    buckets: DURATION_BUCKETS_S,
    registers,
  });
  new Counter({
    name: 'fedora_messaging_received_total',
    help: 'Valid messages that were handed to a handler.',
    labelNames,
    registers,
    collect() {
      this.reset();
      for (const { labels, receivedCount } of counted.values()) this.inc(labels, receivedCount);
    },
  });
  new Counter({
    name: 'fedora_messaging_outcomes_total',
    help: 'What became of the messages: processed, dropped, rejected (they went back), failed, invalid.',
    labelNames: [...labelNames, 'outcome'],
    registers,
    collect() {
      this.reset();
      for (const { labels, outcomes } of counted.values()) {
        for (const [outcome, count] of Object.entries(outcomes)) this.inc({ ...labels, outcome }, count);
      }
    },
  });
  new Gauge({
    name: 'fedora_messaging_messages_in_hand',
    help: 'Messages that handlers are working on.',
    labelNames,
    registers,
    collect() {
      for (const { labels, inHand } of counted.values()) this.set(labels, inHand);
    },
  });
  new Gauge({
    name: 'fedora_messaging_stopped_consumers',
    help: 'Consumers that have stopped by themselves, and do not come back.',
    labelNames: ['bus'],
    registers,
    collect() {
      for (const [bus, consumers] of buses) this.set({ bus }, consumers.stopped.length);
    },
  });
  return (bus, { consumers }) => {
    buses.push([bus, consumers]);
    consumers.observe(({ name, plan }) => {
      const labels = { bus, queue: plan.queue === '' ? SERVER_NAMED : plan.queue, consumer: name };
      const key = JSON.stringify(labels);
      let counts = counted.get(key);
      if (!counts) {
        counts = new ConsumerCounts(
          labels,
          () => onInvalid(bus),
          (of, seconds) => durations.observe(of, seconds),
        );
        counted.set(key, counts);
      }
      return counts;
    });
  };
}
