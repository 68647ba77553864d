import type { MessageHandler } from '../consuming/index.js';
import { ConfigurationException, ConsumeException, Drop, shownValue } from '../exceptions/index.js';
import { LibraryLogger } from '../logging/index.js';
import { type AnyMessageClass, type Message, nameOf } from '../message/index.js';
import type { ConsumerDecoratorOptions } from './decorators/consumer-decorator-options.interface.js';
import { nearestClass } from './nearest-class.js';

/** A method, and the classes of messages that it takes. */
export interface Route {
  readonly method: string | symbol;
  readonly classes: readonly AnyMessageClass[];
  readonly handler: MessageHandler;
}

/** Hands each message of a consumer to the method that takes its class. */
export class MessageDispatcher {
  /** By class: at first those of the routes, then all that came. */
  private readonly handlers = new Map<unknown, MessageHandler>();

  /** @throws ConfigurationException when two methods take one class */
  constructor(
    name: string,
    routes: readonly Route[],
    private readonly unhandled: MessageHandler,
  ) {
    const takenBy = new Map<AnyMessageClass, string | symbol>();
    for (const { method, classes, handler } of routes) {
      for (const messageClass of new Set(classes)) {
        const other = takenBy.get(messageClass);
        if (other !== undefined) {
          throw new ConfigurationException(
            `${name}.${String(other)} and ${name}.${String(method)} both take ${messageClass.name} in @OnMessage: a message has one handler`,
          );
        }
        takenBy.set(messageClass, method);
        this.handlers.set(messageClass, handler);
      }
    }
  }

  /** The handler of the consumer. */
  readonly handle: MessageHandler = (message, context) => {
    const handler = this.handlers.get(message.constructor) ?? this.learn(message.constructor);
    return handler(message, context);
  };

  /** The handler of the nearest class that it extends. */
  private learn(messageClass: unknown): MessageHandler {
    const handler = this.handlers.get(nearestClass(messageClass, this.handlers)) ?? this.unhandled;
    this.handlers.set(messageClass, handler);
    return handler;
  }
}

/**
 * What a consumer does with messages that no method takes.
 *
 * @throws ConfigurationException
 */
export function onUnhandled(
  name: string,
  { unhandled = 'ack' }: Pick<ConsumerDecoratorOptions, 'unhandled'>,
): MessageHandler {
  const logger = new LibraryLogger();
  const explain = (message: Message<object>): string =>
    `No @OnMessage method of ${name} takes ${nameOf(message)}`;
  switch (unhandled) {
    case 'ack':
      return (message) => logger.debug(`${explain(message)}; it is acknowledged`);
    case 'drop':
      return (message) => {
        logger.debug(`${explain(message)}; it is dropped`);
        throw new Drop(explain(message));
      };
    case 'error':
      return (message) => {
        throw new ConsumeException(explain(message));
      };
    default:
      throw new ConfigurationException(
        `The consumer ${name}: 'unhandled' must be ack, drop or error, but is ${shownValue(unhandled)}`,
      );
  }
}
