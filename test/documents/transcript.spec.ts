import { describe, expect, it } from 'vitest';
import { callsOf, commandsOf, matches, transcriptOf } from './transcript.js';

const BLOCK = '$ greet --name \\\n    Fedora\nHello,\n$5\n$ leave\n';

describe('a console block', () => {
  it('has commands with the lines that continue them', () => {
    expect(commandsOf(BLOCK)).toBe('greet --name \\\n    Fedora\nleave\n');
  });

  it('shows each command and then its output', () => {
    expect(transcriptOf(BLOCK)).toBe('greet --name \\\n    Fedora\nHello,\n$5\nleave\n');
  });
});

describe('a call of fedora-messaging', () => {
  it.each([
    '$ fedora-messaging init',
    'fedora-messaging init',
    'npx fedora-messaging init   # a comment',
    '$ npx --package nestjs-fedora-messaging fedora-messaging init > file',
    'npx --yes -p nestjs-fedora-messaging fedora-messaging \\\n    init',
    'URL=amqp://host fedora-messaging init && ls',
    '$ echo {} | fedora-messaging init | cat',
    'npm ci && npx fedora-messaging init',
  ])('is found in: %s', (line) => expect(callsOf(`${line}\n`)).toEqual(['init']));

  it('is none in the name of a file', () =>
    expect(callsOf('fedora-messaging.toml is written\n')).toEqual([]));
});

describe('an expected text', () => {
  it.each([
    { what: 'itself', expected: 'a.b (c)\n', text: 'a.b (c)\n' },
    { what: 'anything on a line for …', expected: 'at … Hello…\n', text: 'at 10:15 Hello, Fedora!\n' },
    { what: 'no line for a line …', expected: 'a\n…\nb\n', text: 'a\nb\n' },
    { what: 'many lines for a line …', expected: 'a\n…\nb\n', text: 'a\n1\n2\nb\n' },
  ])('matches $what', ({ expected, text }) => expect(matches(text, expected)).toBe(true));

  it.each([
    { what: 'a text with more lines', expected: 'a\n', text: 'a\nb\n' },
    { what: 'a text with fewer lines', expected: 'a\nb\n', text: 'a\n' },
    { what: 'another character for a dot', expected: 'a.b\n', text: 'axb\n' },
    { what: 'two lines for … on a line', expected: 'a…c\n', text: 'a\nc\n' },
  ])('does not match $what', ({ expected, text }) => expect(matches(text, expected)).toBe(false));
});
