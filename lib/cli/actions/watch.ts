import { type DynamicModule, Module } from '@nestjs/common';
import type { FedoraMessagingSettings } from '../../config/index.js';
import { FedoraMessagingModule, FedoraMessagingService, LivePages } from '../../module/index.js';
import { withEndlessAttempts } from '../../script/index.js';
import { CommandError } from '../command-error.js';
import { withAppName } from '../consuming/consumer-topology.js';
import { consumeUntilStopped } from '../consuming/consume-until-stopped.js';
import { watchedSettings, watchedTopology } from '../consuming/watched-topology.js';
import { prepare } from '../environment.js';
import { startApplication } from '../loading/application.js';
import { type InspectedApplication, inspectMessages } from '../loading/inspect-messages.js';
import { print } from '../output/standard-streams.js';
import type { CommonOptions } from '../commands/options/common-options.js';
import type { TopologyOptions } from '../commands/options/topology-options.js';

export interface WatchOptions extends CommonOptions, TopologyOptions {
  readonly app?: string;
  readonly port: number;
}

const LOOPBACK = '127.0.0.1';

/** The log lines with the address of the page, which is the output of the command. */
const PAGE_ADDRESS = /^(?:Monitoring listens on|The live page is at) /;

/** The name of the consumer on the page. */
const watcher = (): void => undefined;

/** Consumes a queue of its own and does nothing with the messages: the live page shows them. */
export async function watch(options: WatchOptions): Promise<number> {
  // Set before the import, because the module may read the configuration while it loads.
  if (options.app !== undefined && options.conf) process.env['FEDORA_MESSAGING_CONF'] = options.conf;
  const { settings, logger } = await prepare(options, 'warn', PAGE_ADDRESS);
  const inspected = options.app === undefined ? undefined : await inspectMessages(options.app, logger);
  const topology = watchedTopology(settings, options);
  const bus = withAppName(watchedSettings(settings, topology), options.appName);
  const watching = withPage(withEndlessAttempts(bus), options.port);
  return consumeUntilStopped(async () => {
    const app = await startApplication(WatchModule.on(watching, inspected), logger).catch(
      (error: unknown) => {
        throw refusalOfPort(error, options.port) ?? error;
      },
    );
    if (inspected) app.get(LivePages, { strict: false }).describe(inspected.app, () => inspected.name);
    const service = app.get(FedoraMessagingService);
    // The page tells about a broker that is not there, too.
    await print(`The page is at ${service.pageUrl}; Ctrl+C ends\n`);
    await service.consume(watcher, topology);
    return app;
  });
}

/** The error of an application that can't listen on the port of the option; undefined for another error. */
function refusalOfPort(error: unknown, port: number): CommandError | undefined {
  const { cause } = error as { cause?: NodeJS.ErrnoException };
  if (cause?.syscall !== 'listen') return undefined;
  return new CommandError(
    `option --port: the page can't be served on port ${port} (${cause.message}): choose another port, or 0 for any free port`,
    undefined,
    { cause: error },
  );
}

/** The page replaces the configured monitoring, whose port belongs to the application. */
function withPage(settings: FedoraMessagingSettings, port: number): FedoraMessagingSettings {
  return { ...settings, metrics: false, monitoring: { port, address: LOOPBACK, page: true } };
}

/** An application with nothing but the bus and message classes. */
@Module({})
class WatchModule {
  static on(settings: FedoraMessagingSettings, inspected: InspectedApplication | undefined): DynamicModule {
    return {
      module: WatchModule,
      imports: [
        FedoraMessagingModule.forRoot(settings),
        FedoraMessagingModule.forFeature(inspected?.messageClasses ?? [], { preferred: true }),
      ],
    };
  }
}
