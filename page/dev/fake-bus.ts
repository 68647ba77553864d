import type {
  Changes,
  MessageRecord,
  OutcomeChange,
  OutcomeCounts,
  Point,
  Snapshot,
} from '../../lib/page/protocol.js';
import { fakeOutcome, fakeRecord } from './fake-messages.js';

const NO_OUTCOMES: OutcomeCounts = { processed: 0, dropped: 0, rejected: 0, failed: 0, invalid: 0 };
const MAX_MESSAGES = 2_000;
const MAX_SENT = 50;
const MAX_SENT_AT_FIRST = 500;

/** A bus with generated traffic. Filters are simple: each must be part of a message's JSON. */
export class FakeBus {
  readonly messages: MessageRecord[] = [];
  private readonly startedAt = Date.now() - 3_600_000;
  private readonly topics = new Map<string, number>();
  private seq = 0;
  private isPaused = false;

  constructor(private readonly perSecond: number) {}

  /** The messages of a quarter of a second. */
  next(): Changes & { messages: MessageRecord[]; outcomes: OutcomeChange[] } {
    const settling = this.messages.slice(-500).filter(({ outcome }) => outcome === 'in-hand');
    const outcomes = settling.slice(0, -3).map(({ seq }) => ({ seq, ...fakeOutcome() }));
    for (const change of outcomes) {
      const index = this.messages.findIndex(({ seq }) => seq === change.seq);
      this.messages[index] = { ...this.messages[index]!, ...change };
    }
    const wanted = this.isPaused ? 0 : this.perSecond / 4;
    const count = Math.floor(wanted) + (Math.random() < wanted % 1 ? 1 : 0);
    const messages = Array.from({ length: count }, () => fakeRecord((this.seq += 1)));
    for (const { topic } of messages) this.topics.set(topic, (this.topics.get(topic) ?? 0) + 1);
    this.messages.push(...messages);
    this.messages.splice(0, this.messages.length - MAX_MESSAGES);
    return { now: Date.now(), messages, outcomes };
  }

  static filtered(messages: readonly MessageRecord[], filters: URLSearchParams): MessageRecord[] {
    const words = [...filters.values()].map((value) => value.replace(/\.?#$/, ''));
    return messages.filter((message) => words.every((word) => JSON.stringify(message).includes(word)));
  }

  static changes({ messages, ...others }: ReturnType<FakeBus['next']>, filters: URLSearchParams): Changes {
    const matching = FakeBus.filtered(messages, filters);
    return {
      ...others,
      messages: matching.slice(-MAX_SENT),
      leftOut: Math.max(0, matching.length - MAX_SENT),
    };
  }

  parts(): Pick<Snapshot, 'consumers' | 'publishing' | 'connections' | 'topics' | 'allTopics'> {
    const now = Date.now();
    const outcomes = { ...NO_OUTCOMES, processed: this.seq, failed: Math.floor(this.seq / 40) };
    const error = new Error('The mail server refused the mail: 450 try again later');
    const consumer = { bus: 'default', prefetch: 25, retriesWaiting: 2, outcomes } as const;
    const at = (minutes: number): number => now - minutes * 60_000;
    return {
      consumers: [
        {
          ...consumer,
          name: 'UpdateNotifier',
          queue: 'notifier',
          state: this.isPaused ? 'paused' : 'consuming',
          inHand: 3,
          concurrency: 4,
          durations: { p50: 3.2, p95: 180, p99: 1_240 },
          lastError: { at: at(4), text: String(error), stack: error.stack, messageId: crypto.randomUUID() },
        },
        {
          ...consumer,
          name: 'Archiver',
          queue: 'archiver',
          state: 'waiting',
          inHand: 0,
          concurrency: 1,
          durations: { p50: 0, p95: 0, p99: 0 },
          retriesWaiting: 0,
          outcomes: NO_OUTCOMES,
        },
      ],
      publishing: [
        {
          bus: 'default',
          inFlight: 1,
          waiting: 0,
          confirmed: 48_211,
          failed: { timeout: 3, returned: 1, invalid: 0 },
          latency: { p50: 2.1, p95: 8, p99: 41 },
        },
      ],
      connections: [
        {
          bus: 'default',
          publishing: { state: 'up', blocked: 'low on memory' },
          consuming: { state: 'up' },
          timeline: [
            { at: at(59), connection: 'consuming', type: 'connected' },
            { at: at(58), connection: 'publishing', type: 'connected' },
            { at: at(31), connection: 'consuming', type: 'disconnected', reason: 'ECONNRESET' },
            { at: at(29), connection: 'consuming', type: 'connected' },
            { at: at(8), connection: 'publishing', type: 'blocked', reason: 'low on memory' },
          ],
        },
      ],
      topics: [...this.topics].map(([topic, count]) => ({
        topic,
        count,
        rate: (count / this.seq) * this.perSecond,
      })),
      allTopics: { topics: this.topics.size, hasMore: false, count: this.seq, rate: this.perSecond },
    };
  }

  point(at: number, seconds: number): Point {
    const wave = (1 + Math.sin(at / 200_000)) / 2 + Math.random() / 4;
    const processed = Math.round(this.perSecond * seconds * wave);
    return {
      at,
      outcomes: {
        ...NO_OUTCOMES,
        processed,
        dropped: Math.round(processed * 0.3 * Math.random()),
        failed: Math.round(processed * 0.1 * Math.random()),
      },
      published: Math.round(processed / 3),
      failedPublishes: Math.random() < 0.1 ? 2 : 0,
      inHand: Math.round(25 * wave),
      p50: 3 + 2 * wave,
      p95: 60 + 50 * wave,
      p99: 200 + 500 * wave * Math.random(),
    };
  }

  snapshot(filters: URLSearchParams): Snapshot {
    const now = Date.now();
    const matching = FakeBus.filtered(this.messages, filters);
    const history = (points: number, seconds: number): Point[] =>
      Array.from({ length: points }, (_, i) => this.point(now - (points - i) * seconds * 1_000, seconds));
    return {
      version: '0.1.0',
      application: 'fedora-watcher',
      startedAt: this.startedAt,
      now,
      buses: ['default'],
      messages: matching.slice(-MAX_SENT_AT_FIRST),
      leftOut: Math.max(0, matching.length - MAX_SENT_AT_FIRST),
      bufferSize: { messages: this.messages.length, bytes: 0, maxMessages: MAX_MESSAGES, maxBytes: 16e6 },
      ...this.parts(),
      history: { minutes: history(180, 5), day: history(288, 300) },
      visitor: { name: 'ada', actions: true, token: 'fake' },
    };
  }

  act(action: string): string {
    if (action === 'pause' || action === 'resume') this.isPaused = action === 'pause';
    return `${action}: done.`;
  }
}
