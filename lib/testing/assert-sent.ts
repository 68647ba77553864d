import { AssertionError } from 'node:assert';
import { inspect, isDeepStrictEqual } from 'node:util';
import type { Message, SerializedMessage } from '../message/index.js';
import type { ExpectedMessage, SentMessages } from './expected-message.js';

/**
 * Compares the sent messages with the expected messages, in number and order.
 *
 * @throws AssertionError that lists each differing message by its number, says what differs, and shows both
 */
export function assertSent<Expected extends readonly ExpectedMessage[]>(
  sent: readonly Message<object>[],
  expected: Expected,
): asserts sent is SentMessages<Expected> & readonly Message<object>[] {
  const problems =
    sent.length === expected.length ? differingMessages(sent, expected) : wrongNumber(sent, expected);
  if (problems.length === 0) return;
  throw new AssertionError({
    message: problems.join('\n'),
    actual: sent.map(described),
    // Equal messages are the same on both sides, so that a test runner's diff shows only the others.
    expected: expected.map((expectation, index) => {
      const message = sent[index];
      return message && !difference(message, expectation) ? described(message) : described(expectation);
    }),
    operator: 'mockSends',
  });
}

function wrongNumber(sent: readonly Message<object>[], expected: readonly ExpectedMessage[]): string[] {
  const were = sent.length === 1 ? 'message was' : 'messages were';
  return [
    `${sent.length} ${were} sent, but ${expected.length} expected.`,
    'Sent:',
    ...inLines(sent),
    'Expected:',
    ...inLines(expected),
  ];
}

function inLines(messages: readonly ExpectedMessage[]): string[] {
  if (messages.length === 0) return ['  none'];
  return messages.map((message, index) => `  ${index + 1}. ${inOneLine(message)}`);
}

function differingMessages(sent: readonly Message<object>[], expected: readonly ExpectedMessage[]): string[] {
  return sent.flatMap((message, index) => {
    const expectation = expected[index]!;
    const differs = difference(message, expectation);
    if (!differs) return [];
    return [
      `Message ${index + 1} of ${sent.length} is not the expected one: ${differs}.`,
      `Sent: ${inFull(message)}`,
      `Expected: ${inFull(expectation)}`,
    ];
  });
}

/** Says what differs; undefined when the message is as expected. */
function difference(message: Message<object>, expected: ExpectedMessage): string | undefined {
  if (typeof expected === 'function') {
    return message instanceof expected ? undefined : `it is ${nameOf(message)}, not ${expected.name}`;
  }
  if (message.equals(expected)) return undefined;
  if (message.constructor !== expected.constructor) {
    return `it is ${nameOf(message)}, not ${nameOf(expected)}`;
  }
  const parts = [
    ...(message.topic === expected.topic ? [] : ['topic']),
    ...(isDeepStrictEqual(comparable(message).headers, comparable(expected).headers) ? [] : ['headers']),
    ...(isDeepStrictEqual(comparable(message).body, comparable(expected).body) ? [] : ['body']),
  ];
  // The remaining case: headers of accessors, which are written when a message is sent.
  return `it differs in ${parts.length > 0 ? parts.join(' and ') : 'the headers for users, packages and so on'}`;
}

/** The parts of a message that are compared. */
function comparable(message: Message<object>): Pick<SerializedMessage, 'topic' | 'headers' | 'body'> {
  const { topic, headers, body } = message.toJSON();
  const { 'sent-at': _, ...others } = headers;
  return { topic, headers: others, body };
}

function described(expectation: ExpectedMessage): object {
  return typeof expectation === 'function'
    ? { class: expectation.name }
    : { class: nameOf(expectation), ...comparable(expectation) };
}

function inFull(expectation: ExpectedMessage): string {
  if (typeof expectation === 'function') return inOneLine(expectation);
  return `${nameOf(expectation)} ${inspect(comparable(expectation), { depth: null, sorted: true })}`;
}

function inOneLine(expectation: ExpectedMessage): string {
  if (typeof expectation === 'function') return `any ${expectation.name}`;
  const { topic, body } = comparable(expectation);
  return `${nameOf(expectation)} ${inspect({ topic, body }, { depth: null, breakLength: Infinity })}`;
}

function nameOf(message: Message<object>): string {
  return message.constructor.name;
}
