import { describe, expect, it } from 'vitest';
import { ConfigurationException, Message, type PublishOptions, Publisher } from '../../../lib/index.js';
import { startApp } from '../../support/application.js';
import { memoryUrl } from '../../support/memory-url.js';

describe('publish() refuses at once', () => {
  it.each<[string, unknown, RegExp]>([
    ['an exchange that is no text', { exchange: 5 }, /name of an exchange, but was given number/],
    [
      'an exchange of 256 bytes',
      { exchange: 'é'.repeat(128) },
      /at most 255 bytes, but was given a name of 256 bytes/,
    ],
    [
      'a timeout that is no number',
      { timeout: '1' },
      /timeout in milliseconds of at least 0, but was given "1"/,
    ],
    ['a timeout below 0', { timeout: -1 }, /timeout in milliseconds of at least 0, but was given -1/],
    [
      'an expiration below 0',
      { expiration: -1 },
      /expiration in milliseconds, a whole number from 0 to 315360000000, but was given -1/,
    ],
    ['half a millisecond of expiration', { expiration: 0.5 }, /a whole number .* but was given 0.5/],
    ['an expiration of more than ten years', { expiration: 315_360_000_001 }, /but was given 315360000001/],
    [
      'an expiration as text',
      { expiration: '60000' },
      /expiration in milliseconds, .* but was given "60000"/,
    ],
    [
      'an endless expiration',
      { expiration: Infinity },
      /expiration in milliseconds, .* but was given Infinity/,
    ],
    ['an expiration of null', { expiration: null }, /expiration in milliseconds, .* but was given null/],
    [
      'a timestamp in milliseconds',
      { timestamp: 1_760_000_000_000 },
      /in seconds, but was given 1760000000000; for milliseconds, give a Date/,
    ],
    [
      'a timestamp before 1970',
      { timestamp: new Date(-1) },
      /timestamp from 1970 to 9999, .* but was given "1969/,
    ],
    [
      'a Date without a time',
      { timestamp: new Date(Number.NaN) },
      /timestamp from 1970 to 9999, .* but was given null/,
    ],
    [
      'a timestamp as text',
      { timestamp: '2026-01-01' },
      /timestamp from 1970 to 9999, .* but was given "2026-01-01"/,
    ],
    [
      'a correlation id that is a number',
      { correlationId: 7 },
      /'correlationId' to be a string of at most 255 bytes, but was given 7/,
    ],
    ['a type of 256 bytes', { type: 'é'.repeat(128) }, /'type' to be a string of at most 255 bytes/],
    [
      'an application that is null',
      { appId: null },
      /'appId' to be a string of at most 255 bytes, but was given null/,
    ],
    [
      'a queue for replies that is a list',
      { replyTo: [] },
      /'replyTo' to be a string of at most 255 bytes, but was given \[\]/,
    ],
    ['direct reply-to', { replyTo: 'amq.rabbitmq.reply-to' }, /direct reply-to .*: give the name of a queue/],
  ])('%s', async (_, options, reason) => {
    const publisher = (await startApp({ options: { amqpUrl: memoryUrl() } })).get(Publisher);
    const publishing = publisher.publish(new Message({ topic: 'a' }), options as PublishOptions);
    await expect(publishing).rejects.toThrow(expect.objectContaining({ constructor: TypeError }));
    await expect(publishing).rejects.toThrow(reason);
  });
});

it('publish() refuses an option that Fedora’s wire format fixes, for example a content type, and lists the options', async () => {
  const publisher = (await startApp({ options: { amqpUrl: memoryUrl() } })).get(Publisher);
  for (const option of [
    'contentType',
    'contentEncoding',
    'deliveryMode',
    'messageId',
    'priority',
    'headers',
  ]) {
    const publishing = publisher.publish(new Message({ topic: 'a' }), { [option]: 'x' } as PublishOptions);
    await expect(publishing).rejects.toThrow(
      expect.objectContaining({ constructor: ConfigurationException }),
    );
    await expect(publishing).rejects.toThrow(
      new RegExp(
        `unknown key '${option}'.*; the keys are exchange, timeout, mandatory, expiration, correlationId, type, timestamp, appId, replyTo$`,
      ),
    );
  }
});
