import type { MessageDetail, MessageOutcome } from '../../../lib/page/protocol.js';
import { datagrepperUrl } from './links.js';

/** The message as a line of a message file: `fedora-messaging publish` and `loads()` read it. */
export function asJsonLine({ record, body, headers, priority }: MessageDetail): string {
  const { id, topic, queue } = record;
  return JSON.stringify({ body, headers, priority, queue, topic, id });
}

/** A shell command that gets the message from Datagrepper; undefined for a message without an id. */
export function asCurl({ record }: MessageDetail): string | undefined {
  return record.id && `curl --fail --silent --show-error '${datagrepperUrl(record.id)}'`;
}

/** What `deliver()` of a TestingBroker resolves with, for a handler that does what it did here, or should have done. */
const DELIVERED: Record<MessageOutcome, string> = {
  'in-hand': 'ack',
  processed: 'ack',
  dropped: 'reject',
  rejected: 'requeue',
  failed: 'ack',
  invalid: 'reject',
};

/** A test that delivers the message to an application, which is connected to a TestingBroker named `broker`. */
export function asTestCase({ record, body, headers }: MessageDetail): string {
  const { topic, id, outcome, error } = record;
  const message = literal({ topic, id, headers, body });
  const lines = [
    "// The application connects to it: forRoot({ amqpUrl: broker.amqpUrl }), with `TestingBroker` from 'nestjs-fedora-messaging/testing'.",
    `it(${JSON.stringify(`handles a message with the topic ${topic}`)}, async () => {`,
    ...(outcome === 'failed' ? [`  // The handler failed: ${oneLine(error ?? 'without a reason')}`] : []),
    `  const outcome = await broker.deliver(${message});`,
    `  expect(outcome).toBe('${DELIVERED[outcome]}');`,
    '});',
  ];
  return `${lines.join('\n')}\n`;
}

/** A value of JSON as an expression of JavaScript. */
function literal(value: unknown): string {
  const json = JSON.stringify(value, null, 2);
  // In JavaScript, a member named __proto__ would be the prototype of the object.
  if (json.includes('"__proto__"')) return `JSON.parse(${JSON.stringify(JSON.stringify(value))})`;
  return json.replaceAll('\n', '\n  ');
}

function oneLine(text: string): string {
  return text.replace(/[\r\n\u2028\u2029]+/g, ' ');
}
