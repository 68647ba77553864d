import type { ServerResponse } from 'node:http';
import type { Spectator } from '../feed/audience.js';
import type { PageFeed } from '../feed/page-feed.js';
import type { States } from '../feed/states.js';
import type { Changes, Point, Snapshot } from '../protocol.js';
import { eventId, type Seen } from './event-id.js';
import type { MessageNews, News } from './message-news.js';

/** How long nothing is sent before a comment is: proxies close connections that seem dead. */
const HEARTBEAT_INTERVAL_MS = 15_000;
/** How long a client may take for the last event. Then its stream ends: a browser that is there opens a new one. */
const MAX_STALL_MS = 60_000;

/** The parts of a snapshot that depend on the client. */
export type SnapshotHead = Omit<
  Snapshot,
  'messages' | 'leftOut' | 'consumers' | 'publishing' | 'connections' | 'topics' | 'allTopics' | 'history'
>;

/** Sends one client its events. While the client takes nothing, nothing is sent, and nothing waits for it. */
export class EventStream implements Spectator {
  private version = 0;
  private pointAt = 0;
  private writtenAt = performance.now();

  constructor(
    private readonly feed: PageFeed,
    private readonly states: States,
    private readonly news: MessageNews,
    private readonly response: ServerResponse,
  ) {}

  /** Sends everything there is. */
  begin(head: SnapshotHead): void {
    const { messages, leftOut } = this.news.all();
    const { minutes, day } = this.feed.history;
    this.pointAt = minutes.at(-1)?.at ?? 0;
    this.write('snapshot', { ...head, messages, leftOut, history: { minutes, day } }, this.newStates());
  }

  /** Sends what has happened since a client's earlier connection. */
  resume(seen: Seen): void {
    this.pointAt = seen.pointAt;
    const news = [...this.news.since(seen)];
    news.forEach((part, index) => this.tell(part, index === news.length - 1));
  }

  tick(): void {
    if (!this.response.writableNeedDrain) this.tell(this.news.take());
    else if (performance.now() - this.writtenAt > MAX_STALL_MS) this.response.destroy();
    else this.news.skip();
  }

  end(): void {
    // A client that takes nothing would never take the end.
    if (this.response.writableNeedDrain) this.response.destroy();
    else this.response.end();
  }

  /** @param isLast whether what the client is told now is complete */
  private tell(news: News, isLast = true): void {
    const states = this.newStates();
    const [point, ...more] = this.newPoints();
    if (Object.keys(news).length > 0 || states !== '' || point) {
      this.write('changes', { now: Date.now(), ...news, ...point }, states, isLast && more.length === 0);
    } else if (performance.now() - this.writtenAt > HEARTBEAT_INTERVAL_MS) {
      this.writeText(':\n\n');
    }
    more.forEach((next, index) =>
      this.write('changes', { now: Date.now(), ...next }, '', isLast && index === more.length - 1),
    );
  }

  /** The states that the client has not got yet, as members of a JSON object. */
  private newStates(): string {
    const { states } = this;
    let members = '';
    for (const [part, json] of states.since(this.version)) members += `,"${part}":${json}`;
    this.version = states.latest;
    return members;
  }

  private newPoints(): Pick<Changes, 'point' | 'dayPoint'>[] {
    const { minutes, day } = this.feed.history;
    const since = this.pointAt;
    const points = pointsAfter(minutes, since);
    if (points.length === 0) return [];
    this.pointAt = points.at(-1)!.at;
    const dayPoints = pointsAfter(day, since);
    return points.map((point) => {
      const dayPoint = dayPoints.find(({ at }) => at === point.at);
      return { point, ...(dayPoint && { dayPoint }) };
    });
  }

  /**
   * @param members more members of the content, as JSON
   * @param isLast whether the client has everything with this event: only then it has an id, so that a client that loses
   *   its connection between two of them gets them again
   */
  private write(event: 'snapshot' | 'changes', content: object, members: string, isLast = true): void {
    const { lastChange: change, passedBy } = this.news;
    const id = eventId(this.feed.instance, { change, passedBy, pointAt: this.pointAt });
    const json = `${JSON.stringify(content).slice(0, -1)}${members}}`;
    this.writeText(`event: ${event}\n${isLast ? `id: ${id}\n` : ''}data: ${json}\n\n`);
  }

  private writeText(text: string): void {
    this.writtenAt = performance.now();
    this.response.write(text);
  }
}

function pointsAfter(points: readonly Point[], at: number): Point[] {
  let first = points.length;
  while (first > 0 && points[first - 1]!.at > at) first--;
  return points.slice(first);
}
