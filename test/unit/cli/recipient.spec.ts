import { describe, expect, it } from 'vitest';
import { Recipient } from '../../../lib/cli/consuming/recipient.js';

describe('a recipient of archived messages', () => {
  it.each([
    ['#', 'org.fedoraproject.prod.bodhi', true],
    ['org.#', 'org', true],
    ['org.#', 'org.fedoraproject.prod', true],
    ['org.#', 'organisation.prod', false],
    ['#.edit', 'edit', true],
    ['#.edit', 'bodhi.update.edit', true],
    ['#.edit', 'bodhi.update.credit', false],
    ['a.#.z', 'a.z', true],
    ['a.#.z', 'a.b.c.z', true],
    ['a.*.z', 'a.b.z', true],
    ['a.*.z', 'a.z', false],
    ['a.*.z', 'a.b.c.z', false],
    ['a.*', 'a.', true],
    ['a.b', 'a.b', true],
    ['a.b', 'a.b.c', false],
    ['a+b.(c)', 'a+b.(c)', true],
    ['a.b', 'axb', false],
  ])('with the routing key %s is given the topic %s: %s', (routingKey, topic, takes) => {
    expect(new Recipient('any', () => undefined, [routingKey]).takes(topic)).toBe(takes);
  });

  it('with several routing keys takes what matches one of them', () => {
    const recipient = new Recipient('any', () => undefined, ['a', 'b']);
    expect(['a', 'b', 'c'].map((topic) => recipient.takes(topic))).toEqual([true, true, false]);
  });

  it('without routing keys takes every message', () => {
    expect(new Recipient('any', () => undefined).takes('a')).toBe(true);
  });
});
