import { inspect } from 'node:util';
import type { INestApplicationContext } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { PublishException } from '../exceptions/index.js';
import { isMessageClass, Message } from '../message/index.js';
import { SignalConnections } from '../module/index.js';
import { divert, Publisher } from '../publishing/index.js';
import { assertSent } from './assert-sent.js';
import type { ExpectedMessage, SentMessages } from './expected-message.js';

/**
 * Runs a block in which the application's publishers send nothing to a broker, and need none; then compares the
 * published messages with the expected messages, in number and order. Otherwise publishing works as usual: signal
 * handlers run, decorated ones included, and an invalid message fails.
 *
 * Await every publish in the block: a publish that gets through after the block's end fails with a PublishException.
 * If a block is inside another block, only the inner block gets the messages. Other overlapping blocks must use
 * different applications.
 *
 * @param app the application or testing module. It need not be started; if it is, `consumers: false` keeps its
 *   consumers from needing a broker
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
  const publishers = publishersOf(app);
  app.get(SignalConnections, { strict: false }).make();
  const ends = publishers.map((publisher) => divert(publisher, (message) => recorder.take(message)));
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
          'The message came after the end of the mockSends() block that it was published in: await publish() there',
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

/** The publishers of all buses of the application. */
function publishersOf(app: INestApplicationContext): Publisher[] {
  const publishers = new Set<Publisher>();
  for (const module of app.get(ModulesContainer, { strict: false }).values()) {
    for (const { instance } of module.providers.values() as Iterable<{ instance: unknown }>) {
      if (instance instanceof Publisher) publishers.add(instance);
    }
  }
  if (publishers.size === 0) {
    throw new TypeError('mockSends() needs an application that imports FedoraMessagingModule');
  }
  return [...publishers];
}
