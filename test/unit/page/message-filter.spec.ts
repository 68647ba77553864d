import { expect, it } from 'vitest';
import type { MessageEntry } from '../../../lib/page/feed/messages/message-entry.js';
import { MessageFilter } from '../../../lib/page/feed/messages/message-filter.js';

const DESCRIBED = {
  schema: 'post.parcel.moved.v1',
  severity: 'info',
  users: ['Doe, Jane'],
  packages: ['box'],
  summary: '',
} as const;

/** Whether a message that concerns the user `Doe, Jane` matches the filters of an address. */
function matches(query: Record<string, string>, topic = 'post.parcel'): boolean {
  const filter = new MessageFilter(new URLSearchParams(query));
  return filter.matches({ topic } as MessageEntry, () => DESCRIBED);
}

it('a value of a filter that has a comma itself is found', () => {
  expect(matches({ user: ' Doe, Jane ' })).toBe(true);
  expect(matches({ user: 'Doe, Jan' })).toBe(false);
  expect(matches({ topic: 'post.a,b' }, 'post.a,b')).toBe(true);
});

it('of several values of a filter, with commas between them, one must match', () => {
  expect(matches({ package: 'crate, box' })).toBe(true);
  expect(matches({ package: 'crate,bag' })).toBe(false);
  expect(matches({ package: 'box', topic: 'post.letter,post.parcel' })).toBe(true);
  expect(matches({ package: 'box', topic: 'post.letter' })).toBe(false);
});
