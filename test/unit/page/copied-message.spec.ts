import { loads } from 'nestjs-fedora-messaging';
import { expect, it } from 'vitest';
import { asJsonLine } from '../../../page/src/text/copies.js';

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
      properties: { priority: 3 },
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
