import { inspect } from 'node:util';
import type { INestApplicationContext } from '@nestjs/common';
import { PublishException } from '../exceptions/index.js';
import { isMessageClass, Message } from '../message/index.js';
import { type Bus, Buses, SignalConnections } from '../module/index.js';
import { divert } from '../publishing/index.js';
import { assertSent } from './assert-sent.js';
import type { ExpectedMessage, SentMessages } from './expected-message.js';

/**
 * Runs a block in which the application sends nothing to a broker, and needs none; then compares the published
 * messages with the expected messages, in number and order. Otherwise publishing works as usual: signal handlers run,
 * decorated ones included, and an invalid message fails.
 *
 * The application need not be started. To start it without a broker, call its `init()` or `listen()` in a block:
 * `await mockSends(app, [], () => app.init())`. Consumers that start in a block are paused. They stay paused after
 * the block, until `resume()`, which needs the broker.
 *
 * Await every publish in the block: a publish that gets through after the block's end fails with a PublishException.
 * If a block is inside another block, only the inner block gets the messages. Other overlapping blocks must use
 * different applications.
 *
 * @param app the application or testing module
 * @param expected the expected messages in order, as instances or classes
 * @param block publishes the messages; its argument has the messages sent so far
 * @returns the sent messages
 * @throws AssertionError when other messages were sent, with the number of each that differs; also any error of the
 *   block
 * @publicApi
 */
export async function mockSends<const Expected extends readonly ExpectedMessage[]>(
  app: INestApplicationContext,
  expected: Expected,
  block: (sent: readonly Message<object>[]) => unknown,
): Promise<SentMessages<Expected>> {
  assertExpectable(expected);
  const recorder = new MessageRecorder();
  const buses = busesOf(app);
  app.get(SignalConnections, { strict: false }).make();
  const ends = buses.flatMap(({ publisher, consumers }) => [
    divert(publisher, (message) => recorder.take(message)),
    consumers.startPaused(),
  ]);
  try {
    await block(recorder.sent);
  } finally {
    recorder.close();
    for (const end of ends) end();
  }
  const sent: readonly Message<object>[] = recorder.sent;
  assertSent(sent, expected);
  return sent;
}

/** Stands in for the broker: takes messages and keeps them. */
class MessageRecorder {
  readonly sent: Message<object>[] = [];
  private isClosed = false;

  take(message: Message<object>): Promise<void> {
    if (this.isClosed) {
      return Promise.reject(
        new PublishException(
          'The mockSends() block ended before the message was published: await publish() in the block',
        ),
      );
    }
    this.sent.push(message);
    return Promise.resolve();
  }

  close(): void {
    this.isClosed = true;
  }
}

function assertExpectable(expected: readonly unknown[]): void {
  for (const [index, expectation] of expected.entries()) {
    if (expectation instanceof Message || isMessageClass(expectation)) continue;
    throw new TypeError(
      `mockSends() expects messages and message classes, but number ${index + 1} is ${inspect(expectation, { depth: 0 })}`,
    );
  }
}

/** All buses of the application. */
function busesOf(app: INestApplicationContext): Bus[] {
  try {
    return [...app.get(Buses, { strict: false })].map(({ bus }) => bus);
  } catch (error) {
    throw new TypeError('mockSends() needs an application that imports FedoraMessagingModule', {
      cause: error,
    });
  }
}
