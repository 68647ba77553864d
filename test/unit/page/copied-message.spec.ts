import { FedoraMessagingService, loads, Message } from '../../../lib/index.js';
import { expect, it } from 'vitest';
import { asJsonLine } from '../../../page/src/text/copies.js';
import { memoryUrl } from '../../support/memory-url.js';
import { PageClient, startPagedApp } from '../../support/page-client.js';

it('the JSON line that the live page copies is a line of a message file', () => {
  const [message, ...others] = loads(
    asJsonLine({
      record: {
        seq: 7,
        bus: 'default',
        consumer: 'Notifier',
        queue: 'notifier',
        id: 'id-7',
        topic: 'bodhi.update.comment',
        schema: 'unknown.v1',
        severity: 'info',
        summary: 'bob commented',
        users: [],
        packages: [],
        receivedAt: 0,
        outcome: 'processed',
        bytes: 10,
        isRedelivered: false,
      },
      headers: { fedora_messaging_schema: 'unknown.v1', fedora_messaging_severity: 30 },
      body: { update: { notes: 'two\nlines' } },
      isRedacted: false,
      text: '',
      priority: 3,
      properties: {},
      failures: [],
    }),
  );
  expect(others).toEqual([]);
  expect(message).toMatchObject({
    id: 'id-7',
    topic: 'bodhi.update.comment',
    queue: 'notifier',
    priority: 3,
    severity: 30,
    body: { update: { notes: 'two\nlines' } },
  });
});

it.each([
  ['its priority', 7, 7],
  ['priority 0 when it has none', undefined, 0],
])('the JSON line of a message that was received has %s', async (_, sent, copied) => {
  const { app, url, detail } = await startPagedApp({ options: { amqpUrl: memoryUrl() } });
  const service = app.get(FedoraMessagingService);
  await service.consume(() => undefined);
  const client = await PageClient.open(url);
  await client.snapshot();
  const published = new Message({ topic: 'bakery.order' });
  if (sent !== undefined) published.priority = sent;
  await service.publish(published);
  const { seq } = await client.until(({ content }) => content.messages?.[0]);
  const [message] = loads(asJsonLine(await detail(seq)));
  expect(message!.priority).toBe(copied);
});
