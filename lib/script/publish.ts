import { type FedoraMessagingOptions, resolveSettings } from '../config/index.js';
import type { Message } from '../message/index.js';
import type { FedoraMessagingService } from '../module/index.js';
import { assertPublishOptions, type PublishOptions } from '../publishing/index.js';
import { openService } from './open-service.js';
import type { ScriptOptions } from './consume.js';

/** How long a connection stays open without a publish. It keeps the process alive, so it is short. */
const MAX_IDLE_MS = 1_000;
const FROM_FILE: FedoraMessagingOptions = { configFile: true };

/**
 * Publishes a message without a Nest application; resolves when the broker has confirmed it. Publishes with the same
 * `settings` object share a connection, which is closed a second after the last of them: then the process can end.
 *
 * @param given the options of `Publisher.publish()`, and the `settings` of the bus. Default: those of the
 *   configuration file that the Python library reads
 * @throws ConfigurationException when the settings are wrong, or an option is unknown
 * @throws the errors of `Publisher.publish()`
 * @publicApi
 */
export async function publish(
  message: Message<object>,
  given: PublishOptions & Pick<ScriptOptions, 'settings'> = {},
): Promise<void> {
  assertPublishOptions(given, ['settings']);
  const { settings = FROM_FILE, ...options } = given;
  let connection = connections.get(settings);
  if (!connection) {
    connection = new SharedConnection(settings);
    connections.set(settings, connection);
  }
  await connection.publish(message, options);
}

/** The connections in use, by their settings. */
const connections = new Map<FedoraMessagingOptions, SharedConnection>();

/** A connection for publishing that is closed when it has been idle. */
class SharedConnection {
  private readonly service: Promise<FedoraMessagingService>;
  private outstanding = 0;
  private idle: NodeJS.Timeout | undefined;

  constructor(private readonly settings: FedoraMessagingOptions) {
    this.service = openService(resolveSettings(settings));
  }

  async publish(message: Message<object>, options: PublishOptions): Promise<void> {
    this.outstanding++;
    clearTimeout(this.idle);
    try {
      await (await this.service).publish(message, options);
    } finally {
      this.outstanding--;
      if (this.outstanding === 0) this.idle = setTimeout(() => void this.close(), MAX_IDLE_MS);
    }
  }

  private async close(): Promise<void> {
    connections.delete(this.settings);
    const service = await this.service.catch(() => undefined);
    await service?.stop();
  }
}
