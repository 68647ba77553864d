import { types } from 'node:util';
import type { Message } from '../message/index.js';
import type { FedoraMessagingContext } from './fedora-messaging-context.js';

/**
 * Handles one message. Returning or resolving acknowledges the message; throw Nack, Drop or HaltConsumer for another
 * outcome. Any other error requeues the message and stops the consumer, unless `onError` says otherwise.
 *
 * @publicApi
 */
export type ConsumerFunction<M extends Message<object> = Message> = (
  message: M,
  context: FedoraMessagingContext,
) => unknown;

/** A class that handles messages; it is instantiated once. @publicApi */
export type ConsumerClass<M extends Message<object> = Message> = new () => ConsumerObject<M>;

/** An object that handles messages. @publicApi */
export interface ConsumerObject<M extends Message<object> = Message> {
  /** Handles one message, as a {@link ConsumerFunction} does. The object is its `this`. */
  handle: ConsumerFunction<M>;
}

/** Handles messages: a function, a class or an object. @publicApi */
export type ConsumerCallback<M extends Message<object> = Message> =
  ConsumerFunction<M> | ConsumerClass<M> | ConsumerObject<M>;

/** The function that handles messages of every class. */
export type MessageHandler = (message: Message<object>, context: FedoraMessagingContext) => unknown;

/** The callback can't handle messages. */
export class InvalidCallbackError extends TypeError {}

/**
 * The function that a callback handles messages with; a class is instantiated.
 *
 * @throws InvalidCallbackError when the callback is a generator, or neither a function nor a class or object with
 *   handle()
 */
export function toHandler(callback: ConsumerCallback<never>): MessageHandler {
  if (typeof callback !== 'function') {
    if (isHandling(callback)) return handlerOf(callback);
    throw new InvalidCallbackError(
      `A consumer needs a function, or a class or object with a handle() method, but was given ${callback === null ? 'null' : typeof callback}`,
    );
  }
  if (!isClass(callback)) {
    assertNoGenerator(callback, `The callback ${callback.name}`);
    return callback as MessageHandler;
  }
  const instance = new callback();
  if (typeof instance.handle !== 'function') {
    throw new InvalidCallbackError(
      `The class ${callback.name} can't consume: it has no handle(message) method`,
    );
  }
  return handlerOf(instance);
}

/** Whether a callback is an object with a handle() method. */
export function isHandling(callback: unknown): callback is ConsumerObject<never> {
  return typeof callback === 'object' && typeof (callback as ConsumerObject | null)?.handle === 'function';
}

/** The callback's name in logs: the name of the function or class. */
export function nameOfCallback(callback: ConsumerCallback<never>): string {
  const { name } = typeof callback === 'function' ? callback : (callback.constructor ?? {});
  return name && name !== 'Object' ? name : 'callback';
}

function handlerOf(handling: ConsumerObject<never>): MessageHandler {
  assertNoGenerator(handling.handle, 'The method handle()');
  return (message, context) => handling.handle(message as never, context);
}

function assertNoGenerator(callback: object, name: string): void {
  if (!types.isGeneratorFunction(callback)) return;
  throw new InvalidCallbackError(
    `${name} can't consume: it is a generator (function*), which does nothing when it is called; make it an async function`,
  );
}

function isClass(callback: ConsumerFunction<never> | ConsumerClass<never>): callback is ConsumerClass<never> {
  // Compilers that target old JavaScript turn classes into functions.
  const { prototype } = callback as { prototype?: unknown };
  return /^class\b/.test(Function.prototype.toString.call(callback)) || isHandling(prototype);
}
