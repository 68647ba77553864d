import type { LogLevel } from '@nestjs/common';
import { CommandError } from '../command-error.js';

/** Nest's levels by Python's level names, which the configuration file uses. */
const LEVELS: Record<string, LogLevel> = {
  debug: 'debug',
  info: 'log',
  warning: 'warn',
  error: 'error',
  critical: 'fatal',
};

export const LOG_LEVEL_NAMES = Object.keys(LEVELS);

const BY_IMPORTANCE: readonly LogLevel[] = ['verbose', 'debug', 'log', 'warn', 'error', 'fatal'];

/** The log context of this library, and the name of the Python library's logger. */
const LIBRARY = 'FedoraMessaging';
const LIBRARY_IN_PYTHON = 'fedora_messaging';

/** Decides by context what is logged. */
export class LogLevels {
  private constructor(
    private readonly root: LogLevel,
    private readonly byContext: ReadonlyMap<string, LogLevel>,
    /** Keys of `log_config` that have no effect here. */
    readonly ignored: readonly string[],
  ) {}

  /**
   * @param level the level for everything; it overrides `logConfig`
   * @param logConfig the file's `log_config`, in the form of Python's logging.config.dictConfig
   * @param root the level of other code than this library's, unless configured otherwise
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

/** Converts Python's number of a level: 10 is DEBUG, 50 is CRITICAL. */
function ofNumber(level: number): LogLevel {
  const rank = Math.min(Math.max(Math.ceil(level / 10), 1), LOG_LEVEL_NAMES.length);
  return LEVELS[LOG_LEVEL_NAMES[rank - 1]!]!;
}

/** Keys that are read here, or that have no effect in Python either with a single configuration. */
const KNOWN_KEYS = new Set(['version', 'disable_existing_loggers', 'loggers', 'root', 'level']);

function ignoredKeys(logConfig: Record<string, unknown>): string[] {
  const loggers = [...Object.values(tableOf(logConfig, 'loggers')), tableOf(logConfig, 'root')];
  const keys = [logConfig, ...loggers].flatMap((table) => Object.keys(table as object));
  return [...new Set(keys)].filter((key) => !KNOWN_KEYS.has(key)).sort();
}

function tableOf(table: Record<string, unknown>, key: string): Record<string, unknown> {
  return (table[key] as Record<string, unknown> | undefined) ?? {};
}
