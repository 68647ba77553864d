import { HaltConsumer } from '../../exceptions/index.js';
import { FedoraMessagingService } from '../../module/index.js';
import { dumps, type Message } from '../../message/index.js';
import { startOnBus } from '../loading/application.js';
import { toConsumerOptions, withAppName } from '../consuming/consumer-topology.js';
import { consumeUntilStopped } from '../consuming/consume-until-stopped.js';
import { withEndlessAttempts } from '../../script/index.js';
import { prepare } from '../environment.js';
import { logMessagesOf } from '../output/message-log.module.js';
import { Progress } from '../files/progress.js';
import { appendTo, type MessageOutput } from '../files/message-output.js';
import { withShutdownTimeout } from '../commands/options/shutdown-timeout.js';
import { writtenText } from '../output/written-text.js';
import type { CommonOptions } from '../commands/options/common-options.js';
import type { ShutdownOptions } from '../commands/options/shutdown-timeout.js';
import type { TopologyOptions } from '../commands/options/topology-options.js';

export interface RecordOptions extends CommonOptions, TopologyOptions, ShutdownOptions {
  readonly limit?: number;
}

export async function record(options: RecordOptions, file: string): Promise<number> {
  const { settings, logger } = await prepare(options);
  const configured = withEndlessAttempts(
    withShutdownTimeout(withAppName(settings, options.appName), options),
  );
  const recording = appendTo(file);
  const progress = new Progress('Recorded', options.limit);
  try {
    return await consumeUntilStopped(async () => {
      const app = await startOnBus(configured, logger);
      const service = app.get(FedoraMessagingService);
      // Log lines would hide the progress, so messages are logged only when it is not shown.
      if (!progress.isShown) logMessagesOf(service);
      await service.consume(
        recorder(recording, progress, options.limit),
        toConsumerOptions(configured, options),
      );
      return app;
    });
  } finally {
    recording.close();
    progress.end();
  }
}

/** Makes the callback; a message is acknowledged after its line has been written. */
function recorder(
  recording: MessageOutput,
  progress: Progress,
  limit: number | undefined,
): (message: Message) => Promise<void> {
  return async (message) => {
    await recording.append(writtenText(message, dumps));
    progress.count();
    if (progress.done === limit) throw new HaltConsumer({ reason: `${limit} messages have been recorded` });
  };
}
