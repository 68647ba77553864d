import { completionOf, FedoraMessagingContext, type MessageHandler } from '../../consuming/index.js';
import type { Message } from '../../message/index.js';
import { ReplayedConsumer } from './replayed-consumer.js';

/** A wrapper for the error of a handler, which may be any value. */
export interface Thrown {
  readonly error: unknown;
}

/** The name of a recipient that is a callback. */
export const CALLBACK = 'callback';

/** A handler that gets messages without a broker, each once. */
export class Recipient {
  private readonly consumer: ReplayedConsumer;
  private readonly patterns: readonly RegExp[] | undefined;

  /**
   * @param name of the consumer of an application, or `callback`
   * @param routingKeys the routing keys of its bindings; without any, it takes all messages
   */
  constructor(
    readonly name: string,
    private readonly handler: MessageHandler,
    routingKeys: readonly string[] = [],
  ) {
    this.consumer = new ReplayedConsumer(name);
    this.patterns = routingKeys.length === 0 ? undefined : routingKeys.map(patternOf);
  }

  /** Its name at the beginning of a sentence. */
  get title(): string {
    return this.name === CALLBACK ? 'The callback' : this.name;
  }

  /** Whether its handler has cancelled its consumer. */
  get isCancelled(): boolean {
    return this.consumer.isCancelled;
  }

  /** Whether the broker would give it messages with a topic. */
  takes(topic: string): boolean {
    return this.patterns?.some((pattern) => pattern.test(`.${topic}`)) ?? true;
  }

  /** Resolves with what the handler threw. */
  async handle(message: Message<object>): Promise<Thrown | undefined> {
    await this.consumer.whenReady();
    const { consumer } = this;
    const context = new FedoraMessagingContext(message as Message, consumer.queue, false, 1, 0, consumer, {});
    try {
      await completionOf(this.handler(message, context));
      return undefined;
    } catch (error) {
      return { error };
    }
  }
}

/** The topics, each behind a dot, that match a routing key: `*` is one word, `#` is any number of words. */
function patternOf(routingKey: string): RegExp {
  const words = routingKey.split('.').map((word) => {
    if (word === '#') return String.raw`(\.[^.]*)*`;
    return word === '*' ? String.raw`\.[^.]*` : String.raw`\.${word.replace(/[^\w]/g, '\\$&')}`;
  });
  return new RegExp(`^${words.join('')}$`);
}
