import type { Message } from '../message/index.js';

/**
 * A message that is expected to be sent: an instance, which the message sent equals (class, topic, headers
 * but for `sent-at`, body), or a class, of which it is a valid instance.
 *
 * @publicApi
 */
export type ExpectedMessage = Message<object> | (abstract new (...args: never[]) => Message<object>);

/** The messages sent, each of the class that was expected in its place. @publicApi */
export type SentMessages<Expected extends readonly ExpectedMessage[]> = {
  readonly [Place in keyof Expected]: Expected[Place] extends abstract new (...args: never[]) => infer M
    ? M
    : Expected[Place];
};
