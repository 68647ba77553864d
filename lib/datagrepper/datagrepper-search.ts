import { DatagrepperException } from '../exceptions/index.js';
import type { Message } from '../message/index.js';
import type { ArchiveClient } from './archive-client.js';
import { conditionsOf, hasWantedSchema } from './conditions.js';
import type { DatagrepperQuery } from './datagrepper-query.interface.js';
import { inSeconds } from '../iso-time/index.js';
import { type ArchivedMessage, type Page, PAGE_SIZE, readPage } from './page.js';
import { Span } from './span.js';

/** How often all pages of one time are read, until every message has been seen. */
const MAX_PASSES = 5;

/**
 * A search in the archive: iterate it with `for await`. Each message comes once, in the order in which the messages
 * were sent. Pages are requested when they are needed.
 *
 * @publicApi
 */
export class DatagrepperSearch implements AsyncIterable<Message<object>> {
  private readonly conditions: URLSearchParams;
  private readonly span: Span;
  private totalCount: number | undefined;
  private readCount = 0;

  /** @internal `Datagrepper.search()` makes it. */
  constructor(
    private readonly client: ArchiveClient,
    private readonly decode: (message: ArchivedMessage) => Message<object> | undefined,
    private readonly query: DatagrepperQuery,
    private readonly signal: AbortSignal | undefined,
  ) {
    this.conditions = conditionsOf(query);
    this.span = Span.of(query);
  }

  /** How many messages the archive has; undefined before the first one has come. `schema` and `limit` do not count. */
  get total(): number | undefined {
    return this.totalCount;
  }

  /** How many of the archive's messages have been read so far, those of other schemas included. */
  get read(): number {
    return this.readCount;
  }

  /**
   * Reads from the beginning.
   *
   * @throws DatagrepperException when a page can't be had
   */
  async *[Symbol.asyncIterator](): AsyncIterator<Message<object>> {
    const { limit = Infinity } = this.query;
    this.readCount = 0;
    let count = 0;
    if (limit <= 0) return;
    for await (const archived of this.archived()) {
      this.readCount++;
      const message = hasWantedSchema(archived, this.query) ? this.decode(archived) : undefined;
      if (!message) continue;
      yield message;
      if (++count >= limit) return;
    }
  }

  /**
   * Reads page 1 again and again, each time from the time of the last message on. Numbered pages would not do: messages
   * that come late move the pages, and Datagrepper does not say in which order it has messages of the same time.
   */
  private async *archived(): AsyncGenerator<ArchivedMessage> {
    let span = this.span;
    let known = new Set<string>();
    while (!span.isEmpty) {
      const { messages, total } = await this.page(span, 1);
      this.totalCount ??= total;
      yield* messages.filter(({ key }) => !known.has(key));
      if (total <= PAGE_SIZE) return;
      const time = span.timeOfLast(messages);
      const keys = messages.map(({ key }) => key);
      if (messages[0]!.time === time || span.start === time) {
        known = new Set([...known, ...keys]);
        yield* this.archivedAt(span.at(time), known);
        span = span.afterTime(time);
      } else {
        known = new Set(keys);
        span = span.fromTime(time);
      }
    }
  }

  /** Reads all messages of one time: more than fit in a page. */
  private async *archivedAt(span: Span, known: Set<string>): AsyncGenerator<ArchivedMessage> {
    const found = new Set<string>();
    for (let pass = 1; pass <= MAX_PASSES; pass++) {
      let expected = 0;
      for (let number = 1; number === 1 || (number - 1) * PAGE_SIZE < expected; number++) {
        const { messages, total } = await this.page(span, number);
        expected = total;
        yield* messages.filter(({ key }) => !known.has(key));
        for (const { key } of messages) {
          known.add(key);
          found.add(key);
        }
      }
      if (found.size >= expected) return;
    }
    throw new DatagrepperException(
      `Datagrepper does not show all messages of ${new Date(inSeconds(span.from) * 1000).toISOString()}: there are ${found.size} on its pages, and it counts more`,
    );
  }

  private page(span: Span, number: number): Promise<Page> {
    const asked = {
      start: inSeconds(span.from),
      end: inSeconds(span.to),
      order: span.order,
      rows_per_page: PAGE_SIZE,
      page: number,
    };
    const parameters = new URLSearchParams(this.conditions);
    for (const [name, value] of Object.entries(asked)) parameters.append(name, String(value));
    const read = (text: string): Page => readPage(text, asked);
    return this.client.get(this.client.urlOf('/v2/search', parameters), { read, signal: this.signal });
  }
}
