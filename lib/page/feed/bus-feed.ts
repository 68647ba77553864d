import type { BrokerConnections, Outbox } from '../../broker/index.js';
import type { Consumers, ObservedConsumer } from '../../consuming/index.js';
import type { FedoraMessagingEvents } from '../../monitoring/index.js';
import type { Publisher } from '../../publishing/index.js';
import type { ConnectionsState, ConsumerState, PublishingState } from '../protocol.js';
import type { CollectedMessages } from './messages/collected-messages.js';
import { ConnectionTimeline } from './connection-timeline.js';
import { ConsumerTraffic, type ErrorView } from './consumer-traffic.js';
import type { Durations } from './durations.js';
import { PublishingTraffic } from './publishing-traffic.js';
import type { Totals } from './totals.js';

/** The parts of a bus that the page reads. */
export interface FeedSources {
  readonly connections: BrokerConnections;
  readonly outbox: Outbox;
  readonly publisher: Publisher;
  readonly consumers: Consumers;
  readonly events: FedoraMessagingEvents;
}

/** What the page shows of one bus. */
export class BusFeed {
  private readonly traffic = new Map<ObservedConsumer, ConsumerTraffic>();
  private readonly publishingTraffic: PublishingTraffic;
  private readonly timeline: ConnectionTimeline;

  constructor(
    bus: string,
    private readonly sources: FeedSources,
    totals: Totals,
    collected: CollectedMessages,
    onStopped: () => void,
  ) {
    const { connections, outbox, publisher, consumers, events } = sources;
    this.publishingTraffic = new PublishingTraffic(bus, outbox, totals);
    this.timeline = new ConnectionTimeline(bus, connections);
    publisher.observe(this.publishingTraffic);
    consumers.observe((consumer) => {
      const traffic = new ConsumerTraffic(bus, consumer, totals, collected);
      this.traffic.set(consumer, traffic);
      return traffic;
    });
    events.stream.subscribe({ next: (event) => this.timeline.note(event), complete: onStopped });
  }

  /** @param errorOf what a page may show of an error */
  consumersFor(errorOf: ErrorView): ConsumerState[] {
    return [...this.traffic.values()].map((traffic) => traffic.stateFor(errorOf));
  }

  countRetries(): void {
    for (const traffic of this.traffic.values()) void traffic.countRetries();
  }

  get publishing(): PublishingState {
    return this.publishingTraffic.state;
  }

  get connections(): ConnectionsState {
    return this.timeline.state;
  }

  get inHand(): number {
    let sum = 0;
    for (const { inHand } of this.traffic.values()) sum += inHand;
    return sum;
  }

  get latency(): Durations {
    return this.publishingTraffic.latency;
  }

  *durations(): Generator<Durations> {
    for (const { durations } of this.traffic.values()) yield durations;
  }

  /** Forgets consumers that have been cancelled. */
  forgetEnded(): void {
    const { running, stopped } = this.sources.consumers;
    const present = new Set<ObservedConsumer>([...running, ...stopped]);
    for (const [consumer, traffic] of this.traffic) {
      if (traffic.hasEnded(present)) this.traffic.delete(consumer);
    }
  }
}
