import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { loads } from 'nestjs-fedora-messaging';
import { expect, it } from 'vitest';
import { UpdateCommented } from '../messages/update-commented.message.js';
import { UpdateSubmitted } from '../messages/update-submitted.message.js';

const update = { alias: 'FEDORA-2026-1', submitter: 'bob', builds: [{ nvr: 'kernel-6.12.1-100.fc43' }] };

it('a message of sample 02 has the users and packages that filter notifications', () => {
  const message = new UpdateCommented({ body: { update, agent: 'carol', text: 'works for me' } });
  expect(message.usernames).toEqual(['bob', 'carol']);
  expect(message.packages).toEqual(['kernel']);
});

it('validation refuses a message whose body violates its schema', () => {
  const body = { update: { ...update, alias: 1 as never }, agent: 'bob' };
  expect(() => new UpdateSubmitted({ body }).validate()).toThrow('/body/update/alias must be a string');
});

it('messages of earlier releases, kept in a file, are still valid', () => {
  const messages = [...loads(readFileSync(new URL('../updates.jsonl', import.meta.url), 'utf8'))];
  for (const message of messages) expect(() => message.validate()).not.toThrow();
  expect(messages.map(({ summary }) => summary)).toEqual([
    'bob submitted kernel',
    'testbot commented on kernel: all tests passed',
    'carol commented on kernel: works for me',
    'updates.ejected',
  ]);
});
