import type { Message } from '../message/index.js';

/**
 * A message that is expected to be sent. An instance: the sent message equals it in class, topic, body, and headers
 * except `sent-at`. A class: the sent message is a valid instance of it.
 *
 * @publicApi
 */
export type ExpectedMessage = Message<object> | (abstract new (...args: never[]) => Message<object>);

/** The sent messages, each with the class that was expected in its place. @publicApi */
export type SentMessages<Expected extends readonly ExpectedMessage[]> = {
  readonly [Place in keyof Expected]: Expected[Place] extends abstract new (...args: never[]) => infer M
    ? M
    : Expected[Place];
};
