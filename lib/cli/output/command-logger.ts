import { ConsoleLogger, type LoggerService, type LogLevel } from '@nestjs/common';
import type { LogLevels } from './log-levels.js';
import { isColourful } from './standard-streams.js';
import { statusLine } from './status-line.js';

/** The log context of Nest's start errors, which the command reports itself. */
const NEST_ERROR_CONTEXT = 'ExceptionHandler';

/** Nest's console logger on standard error, with a level for each context. */
export class CommandLogger implements LoggerService {
  private readonly console: ConsoleLogger;

  /** @param reported the texts that are not logged, because the command reports them itself */
  constructor(
    private readonly levels: LogLevels,
    format: 'text' | 'json',
    private readonly reported?: RegExp,
  ) {
    this.console = new StderrLogger({
      prefix: 'fedora-messaging',
      json: format === 'json',
      colors: format === 'text' && isColourful(process.stderr),
      logLevels: ['verbose', 'debug', 'log', 'warn', 'error', 'fatal'],
    });
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.pass('log', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.pass('warn', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.pass('error', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.pass('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.pass('verbose', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.pass('fatal', message, rest);
  }

  private pass(level: LogLevel, message: unknown, rest: unknown[]): void {
    const last = rest.at(-1);
    const context = typeof last === 'string' ? last : '';
    if (context === NEST_ERROR_CONTEXT || !this.levels.allow(context, level)) return;
    if (this.reported?.test(String(message))) return;
    statusLine.printAbove(() => this.console[level](message, ...rest));
  }
}

/** Logs to standard error, because standard output is for the command's results. */
class StderrLogger extends ConsoleLogger {
  protected override printMessages(...args: Parameters<ConsoleLogger['printMessages']>): void {
    args[3] = 'stderr';
    super.printMessages(...args);
  }
}
