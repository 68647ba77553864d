import type { LogLevel } from '@nestjs/common';
import { CommandError } from '../command-error.js';

/** Nest's levels by the names that Python's logging, and so the configuration file, has for them. */
const LEVELS: Record<string, LogLevel> = {
  debug: 'debug',
  info: 'log',
  warning: 'warn',
  error: 'error',
  critical: 'fatal',
};

export const LOG_LEVEL_NAMES = Object.keys(LEVELS);

const BY_IMPORTANCE: readonly LogLevel[] = ['verbose', 'debug', 'log', 'warn', 'error', 'fatal'];

/** The context that this library logs with, and what the Python library's logger is called. */
const LIBRARY = 'FedoraMessaging';
const LIBRARY_IN_PYTHON = 'fedora_messaging';

/** What is logged, by context. */
export class LogLevels {
  private constructor(
    private readonly root: LogLevel,
    private readonly byContext: ReadonlyMap<string, LogLevel>,
    /** What the configuration file says of logging and can't be done here. */
    readonly ignored: readonly string[],
  ) {}

  /**
   * @param level the level for everything; it wins
   * @param logConfig the file's `log_config`, in the form of Python's logging.config.dictConfig
   * @param root the level of what is not the library's own, where nothing else is said
   */
  static of(level: string | undefined, logConfig: Record<string, unknown>, root: LogLevel): LogLevels {
    const ignored = ignoredKeys(logConfig);
    if (level !== undefined) return new LogLevels(LEVELS[level]!, new Map(), ignored);
    const byContext = new Map<string, LogLevel>([[LIBRARY, 'log']]);
    for (const [name, logger] of Object.entries(tableOf(logConfig, 'loggers'))) {
      const ofLogger = levelOf(logger, `log_config.loggers.${name}.level`);
      if (ofLogger) byContext.set(name === LIBRARY_IN_PYTHON ? LIBRARY : name, ofLogger);
    }
    return new LogLevels(
      levelOf(tableOf(logConfig, 'root'), 'log_config.root.level') ?? root,
      byContext,
      ignored,
    );
  }

  allow(context: string, level: LogLevel): boolean {
    const least = this.byContext.get(context) ?? this.root;
    return BY_IMPORTANCE.indexOf(level) >= BY_IMPORTANCE.indexOf(least);
  }
}

function levelOf(logger: unknown, key: string): LogLevel | undefined {
  const level = (logger as { level?: unknown } | undefined)?.level;
  if (level === undefined || level === 'NOTSET' || level === 0) return undefined;
  const known = typeof level === 'number' ? ofNumber(level) : LEVELS[String(level).toLowerCase()];
  if (known) return known;
  throw new CommandError(
    `The configuration file: '${key}' must be DEBUG, INFO, WARNING, ERROR or CRITICAL, but is ${JSON.stringify(level)}`,
  );
}

/** In Python, levels are numbers: 10 is DEBUG, 50 is CRITICAL. */
function ofNumber(level: number): LogLevel {
  const rank = Math.min(Math.max(Math.ceil(level / 10), 1), LOG_LEVEL_NAMES.length);
  return LEVELS[LOG_LEVEL_NAMES[rank - 1]!]!;
}

/** What is read, or has no effect in Python either once there is one configuration. */
const USED = new Set(['version', 'disable_existing_loggers', 'loggers', 'root', 'level']);

function ignoredKeys(logConfig: Record<string, unknown>): string[] {
  const loggers = [...Object.values(tableOf(logConfig, 'loggers')), tableOf(logConfig, 'root')];
  const keys = [logConfig, ...loggers].flatMap((table) => Object.keys(table as object));
  return [...new Set(keys)].filter((key) => !USED.has(key)).sort();
}

function tableOf(table: Record<string, unknown>, key: string): Record<string, unknown> {
  return (table[key] as Record<string, unknown> | undefined) ?? {};
}
