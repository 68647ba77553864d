import { DEFAULT_BUS } from '../config/index.js';
import { decorateMethod, type NotStatic } from '../discovery/index.js';
import type { Message } from '../message/index.js';

/** The metadata keys of methods that handle signals. */
export const ON_PRE_PUBLISH_METADATA = Symbol('fedora-messaging:on-pre-publish');
export const ON_PUBLISHED_METADATA = Symbol('fedora-messaging:on-published');
export const ON_PUBLISH_FAILED_METADATA = Symbol('fedora-messaging:on-publish-failed');

/** The decorator of a method that is called with these arguments. @publicApi */
export type SignalDecorator<Args extends unknown[]> = <
  Host extends object,
  Handler extends (...args: Args) => unknown,
>(
  prototype: Host & NotStatic<Host>,
  method: string | symbol,
  descriptor: TypedPropertyDescriptor<Handler>,
) => void;

/**
 * Makes a method of a provider or controller a handler of the signal before publishing. The method is called with
 * each message before it is validated and published, and may change it. An error in the method fails the publish. The
 * method may be async.
 *
 * @param bus the bus: the `bus` of its `forRoot()`. Default: `default`.
 * @publicApi
 */
export function OnPrePublish(bus?: string): SignalDecorator<[message: Message]> {
  return signalDecorator('@OnPrePublish', ON_PRE_PUBLISH_METADATA, bus);
}

/**
 * Makes a method of a provider or controller a handler of the signal after publishing. The method is called with each
 * message that the broker has confirmed. An error in the method is logged and changes nothing.
 *
 * @param bus the bus: the `bus` of its `forRoot()`. Default: `default`.
 * @publicApi
 */
export function OnPublished(bus?: string): SignalDecorator<[message: Message]> {
  return signalDecorator('@OnPublished', ON_PUBLISHED_METADATA, bus);
}

/**
 * Makes a method of a provider or controller a handler of the signal of failure. The method is called with each
 * message that could not be published, and the error. An error in the method is logged and changes nothing.
 *
 * @param bus the bus: the `bus` of its `forRoot()`. Default: `default`.
 * @publicApi
 */
export function OnPublishFailed(bus?: string): SignalDecorator<[message: Message, error: Error]> {
  return signalDecorator('@OnPublishFailed', ON_PUBLISH_FAILED_METADATA, bus);
}

function signalDecorator<Args extends unknown[]>(
  decorator: string,
  key: symbol,
  bus = DEFAULT_BUS,
): SignalDecorator<Args> {
  return (prototype, method, descriptor) =>
    decorateMethod(decorator, key, bus, prototype, method, descriptor);
}
