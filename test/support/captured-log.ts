import { Logger, type LoggerService } from '@nestjs/common';
import { onTestFinished } from 'vitest';

/** One line of the log. */
export interface LogLine {
  readonly level: 'log' | 'warn' | 'error' | 'debug' | 'verbose' | 'fatal';
  readonly text: string;
}

let current: LoggerService | false = false;

/** What an application of a test logs to: the lines that are captured, or nothing. */
export function testLogger(): LoggerService | false {
  return current;
}

/** Collects what is logged until the test ends. */
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
