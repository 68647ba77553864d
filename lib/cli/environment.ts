import { Logger, type LoggerService, type LogLevel } from '@nestjs/common';
import {
  type CommandSettings,
  type FedoraMessagingSettings,
  parseAmqpUrl,
  readCommandSettings,
  resolveSettings,
} from '../config/index.js';
import { CommandError } from './command-error.js';
import { CommandLogger } from './output/command-logger.js';
import { LogLevels } from './output/log-levels.js';
import { importModule } from './loading/module-loading.js';
import type { CommonOptions } from './commands/options/common-options.js';

/** The environment of a command: its settings and its logger. The message classes are imported already. */
export interface Environment {
  readonly settings: FedoraMessagingSettings;
  /** The settings in the configuration file that only the command uses. */
  readonly command: CommandSettings;
  readonly logger: LoggerService;
}

/**
 * Reads the configuration, starts logging, and imports the message classes.
 *
 * @param rootLevel the log level of the user's own code and of Nest, unless configured otherwise; the Python
 *   library's command logs warnings
 * @param reported the texts that are not logged, because the command reports them itself
 * @throws ConfigurationException, CommandError
 */
export async function prepare(
  options: CommonOptions,
  rootLevel: LogLevel = 'warn',
  reported?: RegExp,
): Promise<Environment> {
  const { conf, amqpUrl, schemas = [], logLevel, logFormat } = options;
  for (const url of amqpUrl ?? []) parseAmqpUrl(url, 'option --amqp-url');
  const configFile = conf || true;
  const settings = resolveSettings({ configFile, ...(amqpUrl && { amqpUrl: [...amqpUrl] }) });
  const command = readCommandSettings(configFile);
  const levels = LogLevels.of(logLevel, command.logConfig, rootLevel);
  const logger = new CommandLogger(levels, logFormat, reported);
  Logger.overrideLogger(logger);
  if (levels.ignored.length > 0) {
    logger.warn(
      `Parts of log_config have no effect, because only its levels are used: ${levels.ignored.join(', ')}`,
      'FedoraMessaging',
    );
  }
  for (const module of schemas) await importModule(module, 'option --schemas');
  for (const module of command.schemas) await importModule(module, 'schemas in the configuration file');
  return { settings, command, logger };
}

/**
 * Refuses `--amqp-url` with a Nest module, whose own code names the broker.
 *
 * @throws CommandError
 */
export function assertNoAmqpUrl({ amqpUrl }: CommonOptions): void {
  if (amqpUrl === undefined) return;
  throw new CommandError(
    "option --amqp-url: cannot be used with --app, because the module's forRoot() names the broker; forRoot() without options reads it from the file of --conf",
  );
}
