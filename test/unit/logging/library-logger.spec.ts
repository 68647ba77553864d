import { ConsoleLogger, Logger, type LoggerService } from '@nestjs/common';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { LibraryLogger } from '../../../lib/logging/index.js';

/** Characters that would end a line, colour it, or reverse the text. */
const FORGED =
  '\r\n[Nest] 1  - LOG forged \u001b[31m\u009b31m\u0085\u202e\u2066\u200f\u061c\u2028\u2029\u007f';
// oxlint-disable-next-line no-control-regex -- these characters must be absent
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
    'has one line for a text from outside, at level %s',
    (level) => {
      const text = written(false, (logger) => logger[level](`It failed: ${FORGED}`));
      expect(text).not.toMatch(UNSAFE);
      expect(text.trimEnd().split('\n')).toHaveLength(1);
    },
  );

  it('shows the stack of an error with a long message, and no line of it begins like a log line', () => {
    const error = new Error(FORGED);
    const text = written(false, (logger) => logger.error(error.message, error.stack));
    expect(text).not.toMatch(UNSAFE);
    const [, ...more] = text.trimEnd().split('\n');
    expect(more.some((line) => line.includes('library-logger.spec'))).toBe(true);
    expect(more.filter((line) => !line.startsWith('    ') && line !== 'Error: ')).toEqual([]);
  });

  it('is JSON when the application logs JSON', () => {
    const text = written(true, (logger) => logger.error(FORGED, new Error(FORGED).stack));
    expect(text).not.toMatch(UNSAFE);
    expect(JSON.parse(text)).toMatchObject({ level: 'error', context: 'FedoraMessaging' });
  });
});

describe("an application's logger", () => {
  afterEach(() => Logger.overrideLogger(false));

  const levels = ['log', 'warn', 'error', 'debug'] as const;
  const loggerWith = (log: () => unknown): LoggerService => ({ log, warn: log, error: log, debug: log });

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('the disk is full');
      },
    ],
    ['returns a promise that rejects', () => Promise.reject(new Error('the disk is full'))],
  ])('that %s harms no code that logs, also while Nest buffers the log', async (_, log) => {
    const write = vi.fn(log);
    Logger.overrideLogger(loggerWith(write));
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    const logger = new LibraryLogger();
    for (const level of levels) logger[level]('something happened');
    Logger.attachBuffer();
    for (const level of levels) logger[level]('something happened');
    Logger.flush();
    expect(write).toHaveBeenCalledTimes(2 * levels.length);
    // Node reports unhandled rejections at the end of a turn.
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });
});
