import { Logger, type LoggerService } from '@nestjs/common';
import { onTestFinished } from 'vitest';

/** One line of the log. */
export interface LogLine {
  readonly level: 'log' | 'warn' | 'error' | 'debug' | 'verbose' | 'fatal';
  readonly text: string;
}

let current: LoggerService | false = false;

/** The logger of an application under test: it captures lines, or drops them. */
export function testLogger(): LoggerService | false {
  return current;
}

/** Collects log lines until the test ends. */
export function captureLog(): LogLine[] {
  const lines: LogLine[] = [];
  const at =
    (level: LogLine['level']) =>
    (text: unknown): void =>
      void lines.push({ level, text: String(text) });
  const logger: LoggerService = {
    log: at('log'),
    warn: at('warn'),
    error: at('error'),
    debug: at('debug'),
    verbose: at('verbose'),
    fatal: at('fatal'),
  };
  current = logger;
  Logger.overrideLogger(logger);
  onTestFinished(() => {
    current = false;
    Logger.overrideLogger(false);
  });
  return lines;
}
