import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import { Audience, type Spectator } from './audience.js';
import { BusFeed, type FeedSources } from './bus-feed.js';
import type { ErrorView } from './consumer-traffic.js';
import { CollectedMessages } from './messages/collected-messages.js';
import type { Durations } from './durations.js';
import { History, POINT_INTERVAL_MS } from './history.js';
import { States } from './states.js';
import { noTotals } from './totals.js';

/** The default of `clientProperties.app`. */
const UNNAMED = 'Unknown';

/**
 * Collects what the live pages of an application show; its buses share one feed. While nobody looks, it counts, and
 * makes a point of the history every 5 s.
 */
export class PageFeed {
  /** Tells the feeds of two processes apart. */
  readonly instance = randomUUID();
  readonly startedAt = Date.now();
  /** The name of the application, as its broker shows it; without one, the name of its program. */
  application = basename(process.argv[1] ?? 'node');
  readonly collected = new CollectedMessages();
  readonly history: History;
  /** The states of each page: pages hide different parts of errors. */
  private readonly pages: { readonly states: States; readonly errorOf: ErrorView }[] = [];
  private readonly feeds = new Map<string, BusFeed>();
  private readonly active = new Set<string>();
  private readonly totals = noTotals();
  private readonly audience: Audience;
  private timer: NodeJS.Timeout | undefined;
  private ended = false;

  constructor() {
    const { collected } = this;
    this.history = new History({
      totals: this.totals,
      inHand: () => this.sum(({ inHand }) => inHand),
      durations: () => this.durations(),
      latencies: () => [...this.feeds.values()].map(({ latency }) => latency),
    });
    this.audience = new Audience({
      open: () => collected.open(),
      look: () => this.look(),
      everySecond: () => {
        collected.topics.tick();
        for (const feed of this.feeds.values()) feed.countRetries();
        this.look();
      },
      close: () => collected.close(),
    });
  }

  /** The names of the buses that are watched. */
  get buses(): string[] {
    return [...this.feeds.keys()];
  }

  /**
   * Watches a bus from now on, with the consumers that it has. Once is enough.
   *
   * @param application the name that the bus knows the application by
   */
  watch(bus: string, sources: FeedSources, application?: unknown): void {
    if (this.feeds.has(bus)) return;
    if (typeof application === 'string' && application !== UNNAMED) this.application = application;
    this.feeds.set(bus, new BusFeed(bus, sources, this.totals, this.collected, () => this.onStopped(bus)));
    this.active.add(bus);
    this.timer ??= setInterval(() => this.tick(), POINT_INTERVAL_MS).unref();
  }

  /**
   * The states that a page shows.
   *
   * @param errorOf what the page may show of an error
   */
  statesFor(errorOf: ErrorView): States {
    const states = new States();
    this.pages.push({ states, errorOf });
    return states;
  }

  /** Lets a client look from now on. The returned function ends that. */
  join(spectator: Spectator): () => void {
    return this.audience.join(spectator);
  }

  /** Whether no client may join any more. */
  get hasEnded(): boolean {
    return this.ended;
  }

  /** Sends all clients away, for good: the application closes. */
  end(): void {
    this.ended = true;
    clearInterval(this.timer);
    this.audience.end();
  }

  private onStopped(bus: string): void {
    this.active.delete(bus);
    if (this.active.size === 0) this.end();
  }

  private tick(): void {
    this.history.tick(Date.now());
    for (const feed of this.feeds.values()) feed.forgetEnded();
  }

  private look(): void {
    const feeds = [...this.feeds.values()];
    const shared = {
      publishing: feeds.map(({ publishing }) => publishing),
      connections: feeds.map(({ connections }) => connections),
      topics: this.collected.topics.shown(),
      allTopics: this.collected.topics.total(),
    };
    for (const { states, errorOf } of this.pages) {
      states.update({ consumers: feeds.flatMap((feed) => feed.consumersFor(errorOf)), ...shared });
    }
  }

  private *durations(): Generator<Durations> {
    for (const feed of this.feeds.values()) yield* feed.durations();
  }

  private sum(of: (feed: BusFeed) => number): number {
    return [...this.feeds.values()].reduce((total, feed) => total + of(feed), 0);
  }
}
