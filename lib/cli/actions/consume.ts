import type { INestApplicationContext, LoggerService } from '@nestjs/common';
import type { CommandSettings, FedoraMessagingSettings } from '../../config/index.js';
import type { ConsumerCallback } from '../../consuming/index.js';
import { FedoraMessagingService } from '../../module/index.js';
import { notOnBus, startApplication, startOnBus } from '../loading/application.js';
import { loadClass, loadConfiguredCallback } from '../loading/callback.js';
import { CommandError } from '../command-error.js';
import { toConsumerOptions, withAppName } from '../consuming/consumer-topology.js';
import { consumeUntilStopped } from '../consuming/consume-until-stopped.js';
import { withEndlessAttempts } from '../../script/index.js';
import { assertNoAmqpUrl, prepare } from '../environment.js';
import { logMessagesOf, MessageLogModule } from '../output/message-log.module.js';
import { messagePrinter } from '../output/message-printer.js';
import { withShutdownTimeout } from '../commands/options/shutdown-timeout.js';
import type { CallbackOptions } from '../commands/options/callback-options.js';
import type { MessageFormat } from '../output/message-formats.js';
import type { CommonOptions } from '../commands/options/common-options.js';
import type { ShutdownOptions } from '../commands/options/shutdown-timeout.js';
import type { TopologyOptions } from '../commands/options/topology-options.js';

export interface ConsumeOptions extends CommonOptions, TopologyOptions, CallbackOptions, ShutdownOptions {
  readonly app?: string;
  readonly format?: MessageFormat;
}

/** The callback in the Python library's example configuration: it prints each message in full. */
const PRINTER_IN_PYTHON = 'fedora_messaging.example:printer';

/** Hands messages to the callback from the options or the configuration file; prints them if there is no callback. */
export async function consume(options: ConsumeOptions): Promise<number> {
  const { settings, command, logger } = await prepare(options);
  const configured = withEndlessAttempts(
    withShutdownTimeout(withAppName(settings, options.appName), options),
  );
  const handling = await handlingOf(options, command);
  return consumeUntilStopped(() => startConsumer(configured, logger, handling, options));
}

/** The callback, and how its messages are logged. */
interface Handling {
  readonly callback: ConsumerCallback;
  /** Whether the log has a line for each message. */
  readonly isLogged: boolean;
}

async function handlingOf(
  options: ConsumeOptions,
  { callback: configured }: CommandSettings,
): Promise<Handling> {
  const { format, callback: given, callbackFile } = options;
  if (format !== undefined) return printing(format);
  if (configured === PRINTER_IN_PYTHON && given === undefined && callbackFile === undefined) {
    return printing('long');
  }
  const callback = await loadConfiguredCallback(options, configured);
  return callback ? { callback, isLogged: true } : printing('line');
}

/** Handles messages by printing them; printed messages are not logged. */
function printing(format: MessageFormat): Handling {
  return { callback: messagePrinter(format), isLogged: false };
}

async function startConsumer(
  settings: FedoraMessagingSettings,
  logger: LoggerService,
  { callback, isLogged }: Handling,
  topology: TopologyOptions,
): Promise<INestApplicationContext> {
  const app = await startOnBus(settings, logger);
  const service = app.get(FedoraMessagingService);
  if (isLogged) logMessagesOf(service);
  await service.consume(callback, toConsumerOptions(settings, topology));
  return app;
}

/** Runs the handlers of a Nest module. */
export async function runApp(options: ConsumeOptions, path: string): Promise<number> {
  assertNoAmqpUrl(options);
  // Set before the import, because the module may read the configuration while it loads.
  if (options.conf) process.env['FEDORA_MESSAGING_CONF'] = options.conf;
  const { logger } = await prepare(options, 'log');
  const module = await loadClass(path, 'option --app');
  return consumeUntilStopped(async () => {
    const app = await startApplication(MessageLogModule.around(module), logger);
    assertConsumes(app, path);
    return app;
  });
}

function assertConsumes(app: INestApplicationContext, path: string): void {
  let service: FedoraMessagingService;
  try {
    service = app.get(FedoraMessagingService, { strict: false });
  } catch (error) {
    throw notOnBus(path, error);
  }
  if (service.consumers.length + service.stoppedConsumers.length === 0) {
    throw new CommandError(
      `option --app: '${path}' consumes nothing: it needs a provider with an enabled @Consumer, and no 'consumers: false'`,
    );
  }
}
