import type { INestApplicationContext } from '@nestjs/common';
import { SettingsOfBuses } from '../config/index.js';
import { ConfigurationException } from '../exceptions/index.js';
import { ConsumerExplorer } from '../handling/index.js';
import { type MessageClass, MessageRegistry, messageTypeOf } from '../message/index.js';
import type { AsyncApiDocument, AsyncApiInfo } from './asyncapi-document.interface.js';
import { Operations } from './operations.js';
import { Servers } from './servers.js';

/** The options of {@link AsyncApiGenerator.generate}. @publicApi */
export interface AsyncApiOptions {
  /**
   * Tells whether the application publishes messages of a class on a bus. The generator asks only for classes with a
   * topic. Default: the application publishes every class with a topic, on every bus.
   *
   * @param messageClass the class
   * @param bus the name of the bus
   */
  sends?: (messageClass: MessageClass, bus: string) => boolean;
}

/**
 * Writes an AsyncAPI 3 document of an application: the messages that its consumers receive, and the messages that it
 * sends. The decorators of the application are the source. The generator does not connect to a broker, and starts no
 * consumer.
 *
 * @publicApi
 */
export class AsyncApiGenerator {
  private readonly buses: SettingsOfBuses;
  private readonly explorer: ConsumerExplorer;
  private readonly registry: MessageRegistry;

  /**
   * @param app the application, which need not be initialised, or its ModuleRef
   * @throws ConfigurationException when the application does not import FedoraMessagingModule
   */
  constructor(app: Pick<INestApplicationContext, 'get'>) {
    try {
      this.buses = app.get(SettingsOfBuses, { strict: false });
    } catch (error) {
      throw new ConfigurationException(
        'The application must import FedoraMessagingModule from this copy of nestjs-fedora-messaging',
        { cause: error },
      );
    }
    this.explorer = app.get(ConsumerExplorer, { strict: false });
    this.registry = app.get(MessageRegistry, { strict: false });
  }

  /**
   * Writes the document. It contains JSON values only.
   *
   * @param info the description of the application, with title and version at least
   * @throws ConfigurationException when a decorator or setting is wrong
   * @throws SchemaError when a schema of a message class is itself wrong
   */
  generate(info: AsyncApiInfo, { sends = () => true }: AsyncApiOptions = {}): AsyncApiDocument {
    this.registry.gather();
    const servers = new Servers();
    const buses = new Map(
      [...this.buses.settings].map(([name, settings]) => [name, servers.describe(name, settings)]),
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
    // A copy, because the schemas belong to the application; as JSON, because arguments may have values JSON lacks.
    return JSON.parse(JSON.stringify(document)) as AsyncApiDocument;
  }
}
