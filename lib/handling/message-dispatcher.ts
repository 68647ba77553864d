import type { MessageHandler } from '../consuming/index.js';
import { ConfigurationException, ConsumeException, Drop, shownValue } from '../exceptions/index.js';
import type { LibraryLogger } from '../logging/index.js';
import { type AnyMessageClass, isMessageClass, type Message, midSentence, nameOf } from '../message/index.js';
import type { DispatchOptions } from './dispatch-options.js';
import { nearestClass } from './nearest-class.js';

/** A method, and the message classes that it takes. */
export interface Route {
  readonly method: string | symbol;
  readonly classes: readonly AnyMessageClass[];
  readonly handler: MessageHandler;
}

/** Hands each message of a consumer to the method that takes its class. */
export class MessageDispatcher {
  /** Handlers by message class: those of the routes, and later also those of every class that came. */
  private readonly handlers = new Map<unknown, MessageHandler>();

  /**
   * Makes a dispatcher.
   *
   * @throws ConfigurationException when two methods take the same class
   */
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
            `${name}.${String(other)} and ${name}.${String(method)} both take ${messageClass.name} in @OnMessage, but a message has one handler: remove the class from one of them`,
          );
        }
        takenBy.set(messageClass, method);
        this.handlers.set(messageClass, handler);
      }
    }
  }

  /** The handler of the consumer. */
  readonly handle: MessageHandler = (message, context) => {
    const handler = this.handlers.get(message.constructor) ?? this.addHandlerOf(message.constructor);
    return handler(message, context);
  };

  /** Remembers for a class the handler of its nearest superclass. */
  private addHandlerOf(messageClass: unknown): MessageHandler {
    const handler = this.handlers.get(nearestClass(messageClass, this.handlers)) ?? this.unhandled;
    this.handlers.set(messageClass, handler);
    return handler;
  }
}

/**
 * Refuses `messages` and `unhandled` of a method or function when they are wrong or have no effect.
 *
 * @param where the subject of the error text, such as `The consumer Notifier.onUpdate`
 * @throws ConfigurationException
 */
export function assertDispatchOptions(where: string, { messages, unhandled }: DispatchOptions): void {
  if (messages === undefined) {
    if (unhandled === undefined) return;
    throw new ConfigurationException(
      `${where}: 'unhandled' needs 'messages': without 'messages', the handler gets all messages`,
    );
  }
  if (!Array.isArray(messages) || messages.length === 0) {
    throw new ConfigurationException(
      `${where}: 'messages' must be a list of message classes, but is ${Array.isArray(messages) ? 'empty' : shownValue(messages)}`,
    );
  }
  const wrong = messages.findIndex((messageClass) => !isMessageClass(messageClass));
  if (wrong < 0) return;
  throw new ConfigurationException(
    `${where}: 'messages' must be a list of message classes, but entry ${wrong + 1} is ${shownValue(messages[wrong])}; a circular import may be the cause`,
  );
}

/**
 * The handler of a consumer: with the option `messages`, it is called with messages of these classes only.
 *
 * @throws ConfigurationException
 */
export function handlerOfMessages(
  name: string,
  handler: MessageHandler,
  { messages, unhandled }: DispatchOptions,
  logger: LibraryLogger,
): MessageHandler {
  if (messages === undefined) return handler;
  const routes = [{ method: name, classes: messages, handler }];
  return new MessageDispatcher(
    name,
    routes,
    onUnhandled(name, `${name} does not take`, { unhandled }, logger),
  ).handle;
}

/**
 * The handler for messages that a consumer does not take.
 *
 * @param refusal the beginning of a sentence for logs and errors; the message's name ends it
 * @throws ConfigurationException
 */
export function onUnhandled(
  name: string,
  refusal: string,
  { unhandled = 'ack' }: Pick<DispatchOptions, 'unhandled'>,
  logger: LibraryLogger,
): MessageHandler {
  const explain = (message: Message<object>): string => `${refusal} ${midSentence(nameOf(message))}`;
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
