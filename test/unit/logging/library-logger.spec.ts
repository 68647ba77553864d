import { ConsoleLogger, Logger } from '@nestjs/common';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { LibraryLogger } from '../../../lib/logging/index.js';

/** What would end a line, colour it, or turn the text around. */
const FORGED =
  '\r\n[Nest] 1  - LOG forged \u001b[31m\u009b31m\u0085\u202e\u2066\u200f\u061c\u2028\u2029\u007f';
// oxlint-disable-next-line no-control-regex -- those are what must not be there
const UNSAFE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

function written(json: boolean, write: (logger: LibraryLogger) => void): string {
  let text = '';
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((chunk) => Boolean((text += String(chunk))));
  }
  Logger.overrideLogger(new ConsoleLogger({ colors: false, json }));
  write(new LibraryLogger());
  vi.restoreAllMocks();
  return text;
}

describe('the log of the library', () => {
  afterEach(() => Logger.overrideLogger(false));

  it.each(['log', 'warn', 'error', 'debug'] as const)(
    'at level %s has one line for a text from outside',
    (level) => {
      const text = written(false, (logger) => logger[level](`It failed: ${FORGED}`));
      expect(text).not.toMatch(UNSAFE);
      expect(text.trimEnd().split('\n')).toHaveLength(1);
    },
  );

  it('shows the stack of an error whose message has several lines, none of which begins like one of the log', () => {
    const error = new Error(FORGED);
    const text = written(false, (logger) => logger.error(error.message, error.stack));
    expect(text).not.toMatch(UNSAFE);
    const [, ...more] = text.trimEnd().split('\n');
    expect(more.some((line) => line.includes('library-logger.spec'))).toBe(true);
    expect(more.filter((line) => !line.startsWith('    ') && line !== 'Error: ')).toEqual([]);
  });

  it('is JSON where the application logs JSON', () => {
    const text = written(true, (logger) => logger.error(FORGED, new Error(FORGED).stack));
    expect(text).not.toMatch(UNSAFE);
    expect(JSON.parse(text)).toMatchObject({ level: 'error', context: 'FedoraMessaging' });
  });
});
