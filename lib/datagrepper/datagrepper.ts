import type { DatagrepperOptions } from '../config/index.js';
import { DatagrepperException, oneLine, ValidationError } from '../exceptions/index.js';
import { LibraryLogger } from '../logging/index.js';
import { loads, type Message, MessageRegistry } from '../message/index.js';
import { ArchiveClient } from './archive-client.js';
import { DatagrepperSearch } from './datagrepper-search.js';
import type { DatagrepperQuery } from './datagrepper-query.interface.js';
import { FailedRequest } from './failed-request.js';
import type { ArchivedMessage } from './page.js';

/** How a request to Datagrepper may be given up. @publicApi */
export interface DatagrepperRequestOptions {
  /** Ends the request, and the pauses before further attempts. Its reason is thrown. */
  signal?: AbortSignal;
}

/**
 * Datagrepper, the archive of all messages on Fedora's bus. The module provides it; each bus has one of its own.
 *
 * ```ts
 * for await (const message of datagrepper.search({ category: 'bodhi', user: 'adamwill' })) {
 *   console.log(message.summary);
 * }
 * ```
 *
 * @publicApi
 */
export class Datagrepper {
  private readonly logger = new LibraryLogger();
  private readonly client: ArchiveClient;

  /**
   * Makes one for a script; applications inject it.
   *
   * @param options Default: Fedora's Datagrepper
   * @param registry finds the classes of the messages. Default: every class that is decorated with `@MessageSchema`
   *   and imported
   * @throws ConfigurationException when the URL is wrong
   */
  constructor(
    options: DatagrepperOptions = {},
    private readonly registry: MessageRegistry = new MessageRegistry(),
  ) {
    this.client = new ArchiveClient(options);
  }

  /**
   * Searches for messages: each comes once, as an instance of its class, in the order in which they were sent. A message
   * that is not valid in the file format is logged and left out. Nothing is requested before the iteration.
   *
   * @throws ConfigurationException when the query is wrong
   */
  search(query: DatagrepperQuery = {}, { signal }: DatagrepperRequestOptions = {}): DatagrepperSearch {
    this.registry.gather();
    return new DatagrepperSearch(this.client, (message) => this.decode(message), query, signal);
  }

  /**
   * Gets one message.
   *
   * @returns undefined when the archive has no message with that id
   * @throws DatagrepperException when the archive can't be reached, or answers something that is not a message
   */
  async get(id: string, { signal }: DatagrepperRequestOptions = {}): Promise<Message<object> | undefined> {
    this.registry.gather();
    const url = this.client.urlOf('/v2/id', new URLSearchParams({ id, is_raw: 'true' }));
    try {
      return await this.client.get(url, { read: (text) => this.loadAnswer(text), signal });
    } catch (error) {
      if (error instanceof DatagrepperException && error.status === 404) return undefined;
      throw error;
    }
  }

  private loadAnswer(text: string): Message<object> {
    try {
      return this.load(text.trim());
    } catch (error) {
      if (!(error instanceof ValidationError)) throw error;
      throw FailedRequest.ofContent(`something that is not a message: ${error.summary}`, error);
    }
  }

  private decode({ key, text }: ArchivedMessage): Message<object> | undefined {
    try {
      return this.load(text);
    } catch (error) {
      if (!(error instanceof ValidationError)) throw error;
      this.logger.warn(
        `Datagrepper has a message that is left out, because it is invalid (${oneLine(key, 100)}): ${error.summary}`,
      );
      return undefined;
    }
  }

  /** The archive has messages in the file format, but in several lines. */
  private load(text: string): Message<object> {
    const [message] = loads(`${text.replace(/[\r\n]+/g, ' ')}\n`, this.registry);
    return message!;
  }
}
