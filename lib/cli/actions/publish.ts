import { oneLine, publishExitCodeOf } from '../../exceptions/index.js';
import { FedoraMessagingService } from '../../module/index.js';
import { MessageRegistry } from '../../message/index.js';
import { startOnBus } from '../loading/application.js';
import { CommandError, messageOf } from '../command-error.js';
import { prepare } from '../environment.js';
import { FilePublisher, type FileReport } from '../files/file-publisher.js';
import { MessageFile } from '../files/message-lines.js';
import { print } from '../output/standard-streams.js';
import { Progress } from '../files/progress.js';

import { exitCodeOfSignal, StopSignal } from '../consuming/stop-signal.js';
import type { CommonOptions } from '../commands/options/common-options.js';

export interface PublishOptions extends CommonOptions {
  readonly exchange?: string;
  readonly skip: number;
}

export async function publish(options: PublishOptions, path: string): Promise<void> {
  const { exchange, skip } = options;
  const { settings, logger } = await prepare(options);
  const file = MessageFile.open(path);
  const stop = new StopSignal();
  // Monitoring is off: it has nothing to report here, and a consumer may use its port.
  const app = await startOnBus({ ...settings, monitoring: {} }, logger);
  const service = app.get(FedoraMessagingService);
  const progress = new Progress('Published');
  const publisher = new FilePublisher(
    file,
    app.get(MessageRegistry),
    async (message) => {
      if (!progress.isShown) await print(`Publishing message with topic ${oneLine(message.topic)}\n`);
      await service.publish(message, exchange === undefined ? {} : { exchange });
    },
    skip,
    ({ end }) => progress.count(file.size === undefined ? undefined : Math.min(1, end / file.size)),
  );
  let report: FileReport;
  try {
    report = await publisher.run(stop.signal);
  } finally {
    progress.end();
    await app.close();
  }
  if (report.failure) {
    const { line, error } = report.failure;
    throw new CommandError(
      `${nameLine(line, messageOf(error))}\n${progressOf(report)}`,
      publishExitCodeOf(error),
      { cause: error },
    );
  }
  if (stop.signal.aborted) {
    const signal = await stop.received;
    throw new CommandError(`${signal}: stopped early\n${progressOf(report)}`, exitCodeOfSignal(signal));
  }
}

/** Puts the line number before the broker's errors; errors about the line itself have it already. */
function nameLine(line: number, message: string): string {
  return message.startsWith(`Line ${line} `) ? message : `Line ${line}: ${message}`;
}

/** Says what is published, and how to continue. */
function progressOf({ leading, beyond }: FileReport): string {
  const after = beyond === 0 ? '' : `. ${beyond} later lines are published too, and would be published again`;
  return `The first ${leading} lines are published or skipped; continue with --skip ${leading}${after}`;
}
