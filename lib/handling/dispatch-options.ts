import type { ConsumerOptions } from '../consuming/index.js';
import type { AnyMessageClass } from '../message/index.js';

/** Which messages of its queues a consumer handles, and what happens to other messages. @publicApi */
export interface DispatchOptions<Classes extends readonly AnyMessageClass[] = readonly AnyMessageClass[]> {
  /**
   * The message classes that the handler gets, subclasses included. Not allowed on a class, whose `@OnMessage`
   * methods name their classes. Default: the handler gets every message, as a `Message`.
   */
  messages?: Classes;
  /**
   * What happens to messages that are not of these classes, or that no `@OnMessage` method takes:
   *
   * - `ack`: they are acknowledged, with a line in the debug log;
   * - `drop`: they are discarded, or dead-lettered;
   * - `error`: as if a handler had failed; `onError` says what then.
   *
   * Default: `ack`.
   */
  unhandled?: 'ack' | 'drop' | 'error';
}

/** The options of `FedoraMessagingService.consume()`. @publicApi */
export interface ConsumeOptions<Classes extends readonly AnyMessageClass[] = readonly AnyMessageClass[]>
  extends ConsumerOptions, DispatchOptions<Classes> {}

/** The keys of {@link DispatchOptions}. */
export const DISPATCH_KEYS = Object.keys({ messages: true, unhandled: true } satisfies Record<
  keyof DispatchOptions,
  true
>);
