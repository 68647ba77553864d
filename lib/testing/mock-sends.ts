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
 * Runs a block in which the application's publishers send nothing to a broker, and need none; then
 * compares what they were given with what is expected, in number and order. All else is as when
 * publishing: signal handlers run, decorated ones too, and an invalid message fails.
 *
 * Await in the block what publishes: a publish that comes through after its end fails with a
 * PublishException. In a block inside a block, only the inner one gets the messages; two that overlap
 * otherwise are not for one application.
 *
 * @param app the application, or testing module; it need not have been started. Where it is, the option `consumers: false` keeps
 *   its consumers from needing a broker
 * @param expected the messages to expect, in order: instances, or classes
 * @param block what is to publish them. It is given those sent so far.
 * @returns the messages sent
 * @throws AssertionError when others were sent, with the number of each that differs; whatever the block
 *   throws
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

/** Takes messages as a broker would, and keeps them. */
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

/** Those of all its buses. */
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
