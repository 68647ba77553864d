import type { Observable } from 'rxjs';
import type { Outbox } from '../broker/index.js';
import { describeError, PublishException, PublishTimeout, stackOf } from '../exceptions/index.js';
import type { LibraryLogger } from '../logging/index.js';
import { settlesWithin } from '../time-limits/index.js';
import { assertMessage, type Message, type MessageCodec, midSentence, nameOf } from '../message/index.js';
import { assertPublishOptions, givenProperties, type PublishOptions } from './publish-options.js';
import { type ConnectedHandler, Signal } from './signal.js';

/** A message that could not be published. @publicApi */
export interface FailedPublish {
  /** The message. */
  readonly message: Message<object>;
  /** The error with which the publish rejected. */
  readonly error: Error;
}

const NO_OPTIONS: PublishOptions = {};
const DEFAULT_TIMEOUT_MS = 30_000;

/** Takes messages in place of the broker; resolves when the message counts as published. */
type Diversion = (message: Message<object>) => Promise<void>;

/** Observes the publishes of one bus. Its methods must not throw. */
export interface PublishObserver {
  /** @param milliseconds from the call of `publish()` */
  confirmed(milliseconds: number): void;
  failed(error: Error): void;
}

/** Diverts a publisher's messages from now on; the returned function ends that. */
export let divert: (publisher: Publisher, diversion: Diversion) => () => void;

/**
 * Publishes messages: inject it wherever messages are published.
 *
 * @publicApi
 */
export class Publisher {
  /**
   * Sent before a message is validated and published; handlers may change the message. An error in a handler fails
   * the publish.
   */
  readonly prePublish = new Signal<[message: Message<object>]>();
  /**
   * Sent when the broker has confirmed a message. Errors in handlers are logged and change nothing. The publish waits
   * for handlers at most until its timeout.
   */
  readonly published = new Signal<[message: Message<object>]>();
  /** Sent when a publish has failed, with the error. Handlers are treated as those of `published`. */
  readonly publishFailed = new Signal<[message: Message<object>, error: Error]>();

  /**
   * The messages of the signal `prePublish`, for observers: publishing does not wait for them, and their errors do
   * not fail it.
   */
  readonly prePublish$: Observable<Message<object>> = this.prePublish.observe((message) => message);
  /** The messages of the signal `published`. */
  readonly published$: Observable<Message<object>> = this.published.observe((message) => message);
  /** The messages of the signal `publishFailed`, with their errors. */
  readonly publishFailed$: Observable<FailedPublish> = this.publishFailed.observe((message, error) => ({
    message,
    error,
  }));

  /** Handlers that have been logged as slower than the timeout of a publish. */
  private readonly slowHandlers = new WeakSet<object>();
  private count = 0;
  private observer: PublishObserver | undefined;
  /** The last diversion gets the messages instead of the broker. */
  private diversions: readonly Diversion[] = [];

  /** @internal The module makes one for each bus. */
  constructor(
    private readonly codec: MessageCodec,
    private readonly outbox: Pick<Outbox, 'publish'>,
    private readonly defaultExchange: string,
    private readonly logger: LibraryLogger,
  ) {}

  /** How many messages the broker has confirmed. */
  get publishedCount(): number {
    return this.count;
  }

  /** @internal Observes all publishes that begin from now on. */
  observe(observer: PublishObserver): void {
    this.observer = observer;
  }

  /** The fields that `JSON.stringify()` shows. */
  toJSON(): Pick<Publisher, 'publishedCount'> {
    const { publishedCount } = this;
    return { publishedCount };
  }

  /**
   * Publishes a message; resolves when the broker has confirmed it. A publish survives lost connections; the message
   * may then arrive twice, with the same id.
   *
   * @throws ValidationError when the message does not conform to its schema
   * @throws PublishReturned when the broker rejects or returns the message
   * @throws PublishForbidden when the broker user may not publish the message
   * @throws PublishTimeout when the publish takes longer than `timeout`, also without a connection; it is not sent
   *   later
   * @throws PublishException when a pre-publish handler fails, or publishing has been shut down
   * @throws ConnectionException when the broker refuses the login or the virtual host of the first connection
   * @throws BadDeclaration when a configured exchange can't be declared
   * @throws ConfigurationException when an option is unknown
   * @throws TypeError when the message or the value of an option is invalid
   */
  async publish(message: Message<object>, options: PublishOptions = NO_OPTIONS): Promise<void> {
    assertMessage('publish()', message);
    if (options !== NO_OPTIONS) assertPublishOptions(options);
    const { exchange = this.defaultExchange, timeout = DEFAULT_TIMEOUT_MS, mandatory = false } = options;
    const given = options === NO_OPTIONS ? undefined : givenProperties(options);
    const deadline = Date.now() + timeout;
    // An observer that comes during the publish does not know its beginning.
    const { observer } = this;
    const startedAt = observer ? performance.now() : 0;
    const diversion = this.diversions.at(-1);
    try {
      if (this.prePublish.handlers.length > 0) await this.sendPrePublish(message, timeout);
      const { routingKey, content, properties } = this.codec.encode(message);
      // The properties belong to this publish only, so they are changed instead of copied, which would be slower.
      const publication = {
        exchange,
        routingKey,
        content,
        properties: Object.assign(properties, { mandatory }, given),
      };
      if (diversion) await diversion(message);
      else await this.outbox.publish(publication, timeout, deadline);
    } catch (error) {
      observer?.failed(error as Error);
      await this.tell(this.publishFailed.handlers, 'publish-failed', deadline, message, error as Error);
      throw error;
    }
    this.count++;
    observer?.confirmed(performance.now() - startedAt);
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
          `${handlerName('pre-publish', name)} failed, so the message is not published: ${describeError(error)}`,
          { cause: error },
        );
      }
    }
  }

  /** Calls all handlers. It waits for them at most until the deadline. */
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
          `${handlerName(signal, name)} takes longer than the timeout of the publish, so the publish does not wait for it. Later cases are not logged`,
        );
      } catch (error) {
        this.logFailed(signal, name, message, error);
      }
    }
  }

  private logFailed(signal: string, name: string, message: Message<object>, error: unknown): void {
    this.logger.error(
      `${handlerName(signal, name)} failed for ${midSentence(nameOf(message))}: ${describeError(error)}`,
      stackOf(error),
    );
  }

  // lib/testing needs access to a publisher's private field, without a public method.
  static {
    divert = (publisher, diversion) => {
      publisher.diversions = [...publisher.diversions, diversion];
      return () => {
        publisher.diversions = publisher.diversions.filter((other) => other !== diversion);
      };
    };
  }
}

function handlerName(signal: string, name: string): string {
  return name === '' ? `A ${signal} handler` : `The ${signal} handler ${name}`;
}
