import type { Consumers, DeliveryObserver } from '../consuming/index.js';
import type { PromClient, Registry } from './prom-client.js';

/** In seconds: from handlers that only look, to those that build or send something. */
const DURATIONS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** The label of queues that the broker names: their own names change with every connection. */
const SERVER_NAMED = 'server-named';

/** What the consumers do with their messages. */
export function collectConsumingMetrics(
  { Counter, Gauge, Histogram }: PromClient,
  registers: Registry[],
  consumers: Consumers,
  onInvalid: () => void,
): void {
  const labelNames = ['queue', 'consumer'] as const;
  const received = new Counter({
    name: 'fedora_messaging_received_total',
    help: 'Valid messages that were handed to a handler.',
    labelNames,
    registers,
  });
  const outcomes = new Counter({
    name: 'fedora_messaging_outcomes_total',
    help: 'What became of the messages: processed, dropped, rejected (they went back), failed, invalid.',
    labelNames: [...labelNames, 'outcome'],
    registers,
  });
  const durations = new Histogram({
    name: 'fedora_messaging_handler_duration_seconds',
    help: 'How long handlers took.',
    labelNames,
    buckets: DURATIONS,
    registers,
  });
  const inHand = new Gauge({
    name: 'fedora_messaging_messages_in_hand',
    help: 'Messages that handlers are at work on.',
    labelNames,
    registers,
  });
  new Gauge({
    name: 'fedora_messaging_stopped_consumers',
    help: 'Consumers that have stopped by themselves, and do not come back.',
    registers,
    collect() {
      this.set(consumers.stopped.length);
    },
  });

  consumers.observe((name, consumer): DeliveryObserver => {
    const queue = name === '' ? SERVER_NAMED : name;
    const labels = { queue, consumer };
    const byOutcome = {
      processed: { ...labels, outcome: 'processed' },
      dropped: { ...labels, outcome: 'dropped' },
      rejected: { ...labels, outcome: 'rejected' },
      failed: { ...labels, outcome: 'failed' },
      invalid: { ...labels, outcome: 'invalid' },
    };
    received.inc(labels, 0);
    for (const withOutcome of Object.values(byOutcome)) outcomes.inc(withOutcome, 0);
    inHand.inc(labels, 0);
    return {
      invalid() {
        outcomes.inc(byOutcome.invalid);
        onInvalid();
      },
      received() {
        received.inc(labels);
        inHand.inc(labels);
      },
      handled(outcome, milliseconds) {
        inHand.dec(labels);
        outcomes.inc(byOutcome[outcome]);
        durations.observe(labels, milliseconds / 1000);
      },
    };
  });
}
