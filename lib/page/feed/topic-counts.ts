import type { TopicCount } from '../protocol.js';

/** How many topics are counted; when there are more, the quietest is forgotten. */
const MAX_TOPICS = 2000;
/** How many topics are shown: those with the most messages. */
const MAX_SHOWN = 300;
/** How much a second counts in the rate, against the seconds before. */
const WEIGHT_OF_SECOND = 0.3;
/** Lower rates are shown as none, in messages a second. */
const MIN_RATE = 0.01;

interface Counted {
  count: number;
  counted: number;
  rate: number;
}

/** Counts the messages of each topic. */
export class TopicCounts {
  private readonly topics = new Map<string, Counted>();

  count(topic: string): void {
    const known = this.topics.get(topic);
    if (known) {
      known.count++;
      return;
    }
    if (this.topics.size === MAX_TOPICS) this.forgetOne();
    this.topics.set(topic, { count: 1, counted: 0, rate: 0 });
  }

  /** Call it once a second: updates the rates. */
  tick(): void {
    for (const topic of this.topics.values()) {
      const rate = topic.rate + (topic.count - topic.counted - topic.rate) * WEIGHT_OF_SECOND;
      topic.rate = rate < MIN_RATE ? 0 : rate;
      topic.counted = topic.count;
    }
  }

  /** The topics with the most messages first. */
  shown(): TopicCount[] {
    return [...this.topics]
      .map(([topic, { count, rate }]) => ({ topic, count, rate: Math.round(rate * 100) / 100 }))
      .sort((one, other) => other.count - one.count || (one.topic < other.topic ? -1 : 1))
      .slice(0, MAX_SHOWN);
  }

  clear(): void {
    this.topics.clear();
  }

  /** Forgets the quietest topic. */
  private forgetOne(): void {
    let quietest: string | undefined;
    let least = Infinity;
    for (const [topic, { rate, count }] of this.topics) {
      const traffic = rate * MAX_TOPICS + count;
      if (traffic < least) [quietest, least] = [topic, traffic];
    }
    this.topics.delete(quietest!);
  }
}
