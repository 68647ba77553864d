import type { Observable } from 'rxjs';
import type { Outbox } from '../broker/index.js';
import { assertKnownKeys } from '../config/index.js';
import { describeError, PublishException, PublishTimeout, shownValue, stackOf } from '../exceptions/index.js';
import { isName, MAX_NAME } from '../field-tables/index.js';
import { LibraryLogger } from '../logging/index.js';
import { settlesWithin } from '../time-limits/index.js';
import { assertMessage, type Message, type MessageCodec, nameOf } from '../message/index.js';
import { type ConnectedHandler, Signal } from './signal.js';

/** How one message is published. @publicApi */
export interface PublishOptions {
  /** The exchange. Default: the setting `publishExchange`, `amq.topic` unless configured. */
  exchange?: string;
  /**
   * How long all of it may take, signals and reconnections included, in milliseconds; Infinity for as long
   * as it takes. Default: 30,000.
   */
  timeout?: number;
  /**
   * Whether a message that no queue gets is an error (PublishReturned). Default: false, because a topic
   * that nobody listens to is nothing wrong.
   */
  mandatory?: boolean;
}

/** A message that could not be published. @publicApi */
export interface FailedPublish {
  readonly message: Message<object>;
  readonly error: Error;
}

const NO_OPTIONS: PublishOptions = {};
const PUBLISH_KEYS = Object.keys({
  exchange: true,
  timeout: true,
  mandatory: true,
} satisfies Record<keyof PublishOptions, true>);
const DEFAULT_TIMEOUT = 30_000;

/** Takes messages that are ready to go, in place of the broker; resolves when it has the message. */
type Diversion = (message: Message<object>) => Promise<void>;

/** Hands what a publisher is given from now on to somebody else; what it returns ends that. */
export let divert: (publisher: Publisher, diversion: Diversion) => () => void;

/**
 * Publishes messages: inject it where there is something to tell.
 *
 * @publicApi
 */
export class Publisher {
  /**
   * Sent before a message is validated and published; handlers may change the message. An error in one
   * fails the publish.
   */
  readonly prePublish = new Signal<[message: Message<object>]>();
  /** Sent when the broker has confirmed a message. Errors in handlers are logged and change nothing; no handler is waited for
   * longer than the publish's timeout. */
  readonly published = new Signal<[message: Message<object>]>();
  /** Sent when a publish has failed, with the error. Handlers are as those of `published`. */
  readonly publishFailed = new Signal<[message: Message<object>, error: Error]>();

  /** The messages of the signal `prePublish`, for watching: publishing neither waits nor fails for it. */
  readonly prePublish$: Observable<Message<object>> = this.prePublish.observe((message) => message);
  /** The messages of the signal `published`. */
  readonly published$: Observable<Message<object>> = this.published.observe((message) => message);
  /** The messages of the signal `publishFailed`, with their errors. */
  readonly publishFailed$: Observable<FailedPublish> = this.publishFailed.observe((message, error) => ({
    message,
    error,
  }));

  private readonly logger = new LibraryLogger();
  /** The handlers that took longer than a publish may. */
  private readonly slowHandlers = new WeakSet<object>();
  private count = 0;
  /** Who gets the messages instead of the broker: the last one. */
  private diversions: readonly Diversion[] = [];

  /** @internal The module makes one for each bus. */
  constructor(
    private readonly codec: MessageCodec,
    private readonly outbox: Pick<Outbox, 'publish'>,
    private readonly defaultExchange: string,
  ) {}

  /** How many messages the broker has confirmed. */
  get publishedCount(): number {
    return this.count;
  }

  /** What `JSON.stringify()` shows of it. */
  toJSON(): Pick<Publisher, 'publishedCount'> {
    const { publishedCount } = this;
    return { publishedCount };
  }

  /**
   * Publishes a message. Resolves when the broker has confirmed that it has it. Connections that fail
   * meanwhile are survived; the message may then arrive twice, with the same id.
   *
   * @throws ValidationError when the message does not conform to its schema
   * @throws PublishReturned when the broker rejects or returns it
   * @throws PublishForbidden when the broker user may not publish it
   * @throws PublishTimeout when all this takes longer than `timeout`, also where there is no connection; it is not sent later
   * @throws PublishException when a pre-publish handler fails, or publishing has been shut down
   * @throws ConnectionException when the broker refuses the login or the virtual host of the first connection
   * @throws BadDeclaration when a configured exchange can't be declared
   * @throws ConfigurationException when an option is not known, or the exchange is no name
   */
  async publish(message: Message<object>, options: PublishOptions = NO_OPTIONS): Promise<void> {
    assertMessage('publish()', message);
    if (options === null || typeof options !== 'object') {
      throw new TypeError(`publish() needs an object of options, but was given ${shownValue(options)}`);
    }
    if (options !== NO_OPTIONS) assertKnownKeys('The options of publish()', options, PUBLISH_KEYS);
    const { exchange = this.defaultExchange, timeout = DEFAULT_TIMEOUT, mandatory = false } = options;
    if (typeof timeout !== 'number' || !(timeout >= 0)) {
      throw new TypeError(
        `publish() needs a timeout in milliseconds of at least 0, but was given ${shownValue(timeout)}`,
      );
    }
    if (options.exchange !== undefined) assertExchange(options.exchange);
    const deadline = Date.now() + timeout;
    const diversion = this.diversions.at(-1);
    try {
      if (this.prePublish.handlers.length > 0) await this.sendPrePublish(message, timeout);
      const { routingKey, content, properties } = this.codec.encode(message);
      // The properties are this publish's own: copying them takes longer.
      const publication = {
        exchange,
        routingKey,
        content,
        properties: Object.assign(properties, { mandatory }),
      };
      if (diversion) await diversion(message);
      else await this.outbox.publish(publication, timeout, deadline);
    } catch (error) {
      await this.tell(this.publishFailed.handlers, 'publish-failed', deadline, message, error as Error);
      throw error;
    }
    this.count++;
    if (this.published.handlers.length > 0) {
      await this.tell(this.published.handlers, 'published', deadline, message);
    }
  }

  private async sendPrePublish(message: Message<object>, timeout: number): Promise<void> {
    const handled = this.runPrePublish(message);
    if (!(await settlesWithin(handled, timeout)))
      throw new PublishTimeout(`The pre-publish handlers took longer than ${timeout} ms`);
    await handled;
  }

  private async runPrePublish(message: Message<object>): Promise<void> {
    for (const { handler, name } of this.prePublish.handlers) {
      try {
        await handler(message);
      } catch (error) {
        throw new PublishException(
          `${called('pre-publish', name)} failed, so the message is not published: ${describeError(error)}`,
          { cause: error },
        );
      }
    }
  }

  /** Waits for the handlers no longer than until the deadline; they are called all the same. */
  private async tell<Args extends unknown[]>(
    handlers: readonly ConnectedHandler<[Message<object>, ...Args]>[],
    signal: string,
    deadline: number,
    message: Message<object>,
    ...args: Args
  ): Promise<void> {
    for (const connected of handlers) {
      const { handler, name } = connected;
      try {
        const result: unknown = handler(message, ...args);
        if (typeof (result as PromiseLike<unknown> | undefined)?.then !== 'function') continue;
        const done = Promise.resolve(result).catch((error: unknown) =>
          this.logFailed(signal, name, message, error),
        );
        if (await settlesWithin(done, deadline - Date.now())) continue;
        if (this.slowHandlers.has(connected)) continue;
        this.slowHandlers.add(connected);
        this.logger.warn(
          `${called(signal, name)} takes longer than the timeout of the publish, which does not wait for it; this is logged once`,
        );
      } catch (error) {
        this.logFailed(signal, name, message, error);
      }
    }
  }

  private logFailed(signal: string, name: string, message: Message<object>, error: unknown): void {
    this.logger.error(
      `${called(signal, name)} failed for ${nameOf(message)}: ${describeError(error)}`,
      stackOf(error),
    );
  }

  // What the testing room needs of a publisher's insides, without making it public.
  static {
    divert = (publisher, diversion) => {
      publisher.diversions = [...publisher.diversions, diversion];
      return () => {
        publisher.diversions = publisher.diversions.filter((other) => other !== diversion);
      };
    };
  }
}

function assertExchange(exchange: unknown): void {
  if (typeof exchange !== 'string') {
    throw new TypeError(`publish() needs the name of an exchange, but was given ${typeof exchange}`);
  }
  if (!isName(exchange)) {
    throw new TypeError(
      `publish() needs the name of an exchange, which has at most ${MAX_NAME} bytes, but was given one of ${Buffer.byteLength(exchange)}`,
    );
  }
}

function called(signal: string, name: string): string {
  return name === '' ? `A ${signal} handler` : `The ${signal} handler ${name}`;
}
