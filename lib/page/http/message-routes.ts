import type { IncomingMessage, ServerResponse } from 'node:http';
import { describeError, stackOf } from '../../exceptions/index.js';
import type { LibraryLogger } from '../../logging/index.js';
import { VERSION } from '../../package/index.js';
import { MAX_BYTES, MAX_MESSAGES } from '../feed/messages/collected-messages.js';
import { MessageFilter } from '../feed/messages/message-filter.js';
import type { PageFeed } from '../feed/page-feed.js';
import type { ShownMessages } from '../feed/messages/shown-messages.js';
import type { States } from '../feed/states.js';
import type { Visitor } from '../protocol.js';
import type { Access } from './access.js';
import { seenBy } from './event-id.js';
import { EventStream, type SnapshotHead } from './event-stream.js';
import { MessageNews } from './message-news.js';
import { jsonAnswer, type PageAnswer, refusal, SAFETY_HEADERS } from './page-answer.js';
import type { PageRequest, PageRoute } from './page-route.interface.js';

/** How many clients may look at the same time. */
const MAX_STREAMS = 50;
/** How often it is checked whether a client that looks may still look. */
const AUTHORIZE_INTERVAL_MS = 60_000;

/** The stream of events, and a message in full. */
export class MessageRoutes {
  private streams = 0;
  private readonly states: States;

  constructor(
    private readonly feed: PageFeed,
    private readonly shown: ShownMessages,
    private readonly access: Pick<Access, 'visitorOf'>,
    private readonly logger: LibraryLogger,
  ) {
    this.states = feed.statesFor((entry) => shown.errorOf(entry));
  }

  get routes(): PageRoute[] {
    return [
      { method: 'GET', path: 'api/events', answer: (request) => this.stream(request) },
      { method: 'GET', path: 'api/messages/', answer: ({ rest }) => this.detail(rest) },
    ];
  }

  private detail(seq: string): PageAnswer {
    const entry = this.feed.collected.ring.get(Number(seq));
    if (entry) return jsonAnswer(this.shown.detail(entry));
    return refusal(
      404,
      `The page does not keep message number ${seq} any more: newer messages have taken its place`,
    );
  }

  private stream({ request, response, query, visitor }: PageRequest): PageAnswer | undefined {
    // The client may have gone while `authorize` worked.
    if (response.closed) return undefined;
    if (this.feed.hasEnded) return refusal(503, 'The application is closing');
    if (this.streams === MAX_STREAMS) {
      return refusal(503, `${MAX_STREAMS} clients look already`, { 'retry-after': '60' });
    }
    response.writeHead(200, {
      ...SAFETY_HEADERS,
      'content-type': 'text/event-stream; charset=utf-8',
      // Not to be compressed either: a compressor would keep events back.
      'cache-control': 'no-store, no-transform',
      // For nginx, which keeps answers back otherwise.
      'x-accel-buffering': 'no',
    });
    if (request.method === 'HEAD') {
      response.end();
      return undefined;
    }
    const { feed } = this;
    const seen = seenBy(request.headers['last-event-id']?.toString(), feed.instance);
    const news = new MessageNews(feed.collected, new MessageFilter(query), this.shown);
    const stream = new EventStream(feed, this.states, news, response);
    const leave = feed.join({ tick: () => this.tick(stream, response), end: () => stream.end() });
    const endChoice = news.choose();
    const checking = setInterval(() => void this.check(request, stream), AUTHORIZE_INTERVAL_MS).unref();
    this.streams++;
    response.once('close', () => {
      this.streams--;
      clearInterval(checking);
      endChoice();
      leave();
    });
    if (seen && news.canGoOn(seen)) stream.resume(seen);
    else stream.begin(this.headFor(visitor));
    return undefined;
  }

  private tick(stream: EventStream, response: ServerResponse): void {
    try {
      stream.tick();
    } catch (error) {
      this.logger.error(
        `The live page can't show what is new, so it ends a client's stream: ${describeError(error)}`,
        stackOf(error),
      );
      response.destroy();
    }
  }

  private async check(request: IncomingMessage, stream: EventStream): Promise<void> {
    if (!(await this.access.visitorOf(request))) stream.end();
  }

  private headFor(visitor: Visitor): SnapshotHead {
    const { application, startedAt, buses, collected } = this.feed;
    return {
      version: VERSION,
      application,
      startedAt,
      now: Date.now(),
      buses,
      bufferSize: {
        messages: collected.ring.size,
        bytes: collected.ring.bytes,
        maxMessages: MAX_MESSAGES,
        maxBytes: MAX_BYTES,
      },
      visitor,
    };
  }
}
