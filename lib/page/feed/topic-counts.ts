import type { TopicCount, TopicTotals } from '../protocol.js';

/** How many topics are counted one by one. */
const MAX_TOPICS = 2000;
/** How many of them are forgotten at once, when there are so many: the quietest. */
const FORGOTTEN_TOPICS = 200;
/** How many topics are shown: those with the most messages. */
const MAX_SHOWN = 300;
/** How much a second counts in the rate, against the seconds before. */
const WEIGHT_OF_SECOND = 0.3;
/** Lower rates are shown as none, in messages a second. */
const MIN_RATE = 0.01;

/** The messages of a topic, or of all. */
class Counted {
  count = 0;
  rate = 0;
  private counted = 0;

  tick(): void {
    const rate = this.rate + (this.count - this.counted - this.rate) * WEIGHT_OF_SECOND;
    this.rate = rate < MIN_RATE ? 0 : rate;
    this.counted = this.count;
  }

  /** Among topics, the quietest has the least. */
  get traffic(): number {
    return this.rate * MAX_TOPICS + this.count;
  }

  get shown(): Pick<TopicCount, 'count' | 'rate'> {
    return { count: this.count, rate: Math.round(this.rate * 100) / 100 };
  }
}

/** Counts the messages of each topic, and of all topics. */
export class TopicCounts {
  private readonly topics = new Map<string, Counted>();
  private all = new Counted();
  /** Whether there are more topics than are counted one by one. */
  private hasMore = false;

  count(topic: string): void {
    this.all.count++;
    const known = this.topics.get(topic) ?? this.added(topic);
    if (known) known.count++;
  }

  /** Call it once a second: updates the rates, and makes room for new topics. */
  tick(): void {
    this.all.tick();
    for (const topic of this.topics.values()) topic.tick();
    if (this.topics.size === MAX_TOPICS) this.forgetQuietest();
  }

  /** The topics with the most messages first. */
  shown(): TopicCount[] {
    return [...this.topics]
      .map(([topic, { shown }]) => ({ topic, ...shown }))
      .sort((one, other) => other.count - one.count || (one.topic < other.topic ? -1 : 1))
      .slice(0, MAX_SHOWN);
  }

  total(): TopicTotals {
    return { topics: this.topics.size, hasMore: this.hasMore, ...this.all.shown };
  }

  clear(): void {
    this.topics.clear();
    this.all = new Counted();
    this.hasMore = false;
  }

  /** Undefined when there are too many topics: until the next {@link tick}, new ones are counted in the total only. */
  private added(topic: string): Counted | undefined {
    if (this.topics.size === MAX_TOPICS) {
      this.hasMore = true;
      return undefined;
    }
    const counted = new Counted();
    this.topics.set(topic, counted);
    return counted;
  }

  private forgetQuietest(): void {
    this.hasMore = true;
    const byTraffic = [...this.topics].sort(([, one], [, other]) => one.traffic - other.traffic);
    for (const [topic] of byTraffic.slice(0, FORGOTTEN_TOPICS)) this.topics.delete(topic);
  }
}
