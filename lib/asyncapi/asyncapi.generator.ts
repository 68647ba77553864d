import type { INestApplicationContext } from '@nestjs/common';
import { ConfigurationException } from '../exceptions/index.js';
import { Buses } from '../module/index.js';
import { ConsumerExplorer } from '../handling/index.js';
import { type MessageClass, MessageRegistry, messageTypeOf } from '../message/index.js';
import type { AsyncApiDocument, AsyncApiInfo } from './asyncapi-document.interface.js';
import { Operations } from './operations.js';
import { Servers } from './servers.js';

/** What {@link AsyncApiGenerator.generate} takes, next to what the document says of the application. @publicApi */
export interface AsyncApiOptions {
  /**
   * Whether the application publishes messages of a class on a bus. Only classes with a topic are asked for.
   * Default: it publishes all of them, on every bus.
   *
   * @param messageClass the class
   * @param bus the name of the bus
   */
  sends?: (messageClass: MessageClass, bus: string) => boolean;
}

/**
 * Writes an AsyncAPI 3 document of an application from its own decorators: what its consumers receive, and
 * what its message classes say that it sends. Neither connects nor starts anything.
 *
 * @publicApi
 */
export class AsyncApiGenerator {
  private readonly buses: Buses;
  private readonly explorer: ConsumerExplorer;
  private readonly registry: MessageRegistry;

  /**
   * @param app the application, which need not be initialised, or its ModuleRef
   * @throws ConfigurationException when it does not import FedoraMessagingModule
   */
  constructor(app: Pick<INestApplicationContext, 'get'>) {
    try {
      this.buses = app.get(Buses, { strict: false });
    } catch (error) {
      throw new ConfigurationException(
        'The application is not on the bus: it must import FedoraMessagingModule, of this copy of nestjs-fedora-messaging',
        { cause: error },
      );
    }
    this.explorer = app.get(ConsumerExplorer, { strict: false });
    this.registry = app.get(MessageRegistry, { strict: false });
  }

  /**
   * The document, made of what JSON can hold.
   *
   * @param info what it says of the application: title and version at least
   * @throws ConfigurationException when a decorator or setting is wrong
   * @throws SchemaError when a schema of a message class is itself wrong
   */
  generate(info: AsyncApiInfo, { sends = () => true }: AsyncApiOptions = {}): AsyncApiDocument {
    this.registry.gather();
    const servers = new Servers();
    const buses = new Map(
      [...this.buses].map(({ bus: { name, settings } }) => [name, servers.describe(name, settings)]),
    );
    const operations = new Operations(this.registry);
    for (const consumer of this.explorer.declared()) {
      operations.receive(consumer, buses.get(consumer.bus)!);
    }
    for (const bus of buses.values()) {
      for (const [, messageClass] of this.registry) {
        const hasTopic = messageTypeOf(messageClass).topic !== '';
        if (hasTopic && sends(messageClass, bus.name)) operations.send(messageClass, bus);
      }
    }
    const document: AsyncApiDocument = {
      asyncapi: '3.0.0',
      info,
      defaultContentType: 'application/json',
      servers: servers.objects,
      ...operations.describe(),
    };
    // Schemas are the application's own objects, and arguments may hold what JSON has no word for.
    return JSON.parse(JSON.stringify(document)) as AsyncApiDocument;
  }
}
