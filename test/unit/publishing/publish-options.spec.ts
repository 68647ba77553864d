import { describe, expect, it } from 'vitest';
import { Message, type PublishOptions, Publisher } from '../../../lib/index.js';
import { startApp } from '../../support/application.js';
import { memoryUrl } from '../../support/memory-url.js';

describe('publish() refuses at once', () => {
  it.each<[string, unknown, RegExp]>([
    ['an exchange that is no text', { exchange: 5 }, /name of an exchange, but was given number/],
    [
      'an exchange of 256 bytes',
      { exchange: 'é'.repeat(128) },
      /at most 255 bytes, but was given one of 256/,
    ],
    [
      'a timeout that is no number',
      { timeout: '1' },
      /timeout in milliseconds of at least 0, but was given "1"/,
    ],
    ['a timeout below 0', { timeout: -1 }, /timeout in milliseconds of at least 0, but was given -1/],
  ])('%s', async (_, options, reason) => {
    const publisher = (await startApp({ options: { amqpUrl: memoryUrl() } })).get(Publisher);
    const publishing = publisher.publish(new Message({ topic: 'a' }), options as PublishOptions);
    await expect(publishing).rejects.toThrow(expect.objectContaining({ constructor: TypeError }));
    await expect(publishing).rejects.toThrow(reason);
  });
});
