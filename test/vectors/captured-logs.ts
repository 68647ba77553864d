import { Logger, type LoggerService } from '@nestjs/common';

const LEVELS = ['verbose', 'debug', 'log', 'warn', 'error', 'fatal'] as const;
const OF_PYTHON: Record<string, (typeof LEVELS)[number]> = {
  DEBUG: 'debug',
  INFO: 'log',
  WARNING: 'warn',
  ERROR: 'error',
  CRITICAL: 'fatal',
};

/** Collects the log lines while `action` runs. */
export function captureLogs<T>(action: () => T): { result: T; levels: string[] } {
  const levels: string[] = [];
  const logger = Object.fromEntries(LEVELS.map((level) => [level, () => void levels.push(level)]));
  Logger.overrideLogger(logger as unknown as LoggerService);
  try {
    return { result: action(), levels };
  } finally {
    Logger.overrideLogger(false);
  }
}

/** The number of lines at a level of Python's or above it. */
export function atLeast(levels: readonly string[], pythonLevel: string): number {
  const least = LEVELS.indexOf(OF_PYTHON[pythonLevel]!);
  return levels.filter((level) => LEVELS.indexOf(level as (typeof LEVELS)[number]) >= least).length;
}
