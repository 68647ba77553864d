import type { INestApplicationContext, LoggerService } from '@nestjs/common';
import {
  type ConsumerCallback,
  InvalidCallbackError,
  planConsumers,
  toHandler,
} from '../../consuming/index.js';
import { ExitCode } from '../../exceptions/index.js';
import { ConsumerExplorer, type DiscoveredConsumer } from '../../handling/index.js';
import { LibraryLogger } from '../../logging/index.js';
import { type Message, MessageCodec, MessageRegistry } from '../../message/index.js';
import type { Bus } from '../../module/index.js';
import { CommandError } from '../command-error.js';
import { busesOf, startApplication } from '../loading/application.js';
import { loadClass } from '../loading/callback.js';
import { UnconsumingModule } from '../loading/unconsuming.module.js';
import { CALLBACK, Recipient } from './recipient.js';

/** The handlers that get the messages of an archive or a file. */
export class Recipients {
  private readonly codec: MessageCodec;

  constructor(
    readonly all: readonly Recipient[],
    readonly registry: MessageRegistry,
    readonly close: () => Promise<void> = () => Promise.resolve(),
  ) {
    this.codec = new MessageCodec(registry);
  }

  /**
   * Makes of an archived message what a consumer would receive.
   *
   * @throws ValidationError, SchemaError when a consumer would reject it
   */
  receive(archived: Message<object>): Message<object> {
    const { routingKey, content, properties } = this.codec.encode(archived);
    const headers = { ...properties.headers };
    const delivery = { fields: { routingKey }, content, properties: { ...properties, headers } };
    const message = this.codec.decode(delivery, '');
    message.queue = archived.queue;
    return message;
  }
}

/** @throws CommandError when the callback can't handle messages */
export function recipientOfCallback(callback: ConsumerCallback): Recipients {
  const registry = new MessageRegistry().gather();
  registry.assertSchemas();
  try {
    return new Recipients([new Recipient(CALLBACK, toHandler(callback))], registry);
  } catch (error) {
    if (!(error instanceof InvalidCallbackError)) throw error;
    throw new CommandError(error.message, ExitCode.GENERAL, { cause: error });
  }
}

/**
 * Starts a Nest application whose consumers stay away from their queues: they get the messages here.
 *
 * @throws CommandError when it has no consumers
 */
export async function recipientsOfApp(path: string, logger: LoggerService): Promise<Recipients> {
  const module = await loadClass(path, 'option --app');
  const app = await startApplication(UnconsumingModule.around(module), logger);
  const all = consumersOf(app);
  if (all.length === 0) {
    await app.close();
    throw new CommandError(
      `option --app: '${path}' consumes nothing: it must import FedoraMessagingModule, and have a provider with a @Consumer handler`,
    );
  }
  return new Recipients(all, app.get(MessageRegistry, { strict: false }), () => app.close());
}

function consumersOf(app: INestApplicationContext): Recipient[] {
  return [...busesOf(app)].flatMap(({ bus }) =>
    app
      .get(ConsumerExplorer, { strict: false })
      .explore(bus.name)
      .map((consumer) => new Recipient(consumer.name, consumer.handler, routingKeysOf(consumer, bus))),
  );
}

/** The routing keys of all queues of a consumer. */
function routingKeysOf({ name, options }: DiscoveredConsumer, { name: bus, settings }: Bus): string[] {
  const plans = planConsumers(options, settings, name, new LibraryLogger(bus));
  return plans.flatMap(({ bindings }) => bindings.flatMap(({ routingKeys }) => routingKeys));
}
