import { Injectable } from '@nestjs/common';
import type { MessageHandler } from '../consuming/index.js';
import { DEFAULT_CONNECTION, type HandlerHost, HandlerHosts } from '../discovery/index.js';
import { ConfigurationException } from '../exceptions/index.js';
import type { ConsumerDecoratorOptions } from './consumer-decorator-options.interface.js';
import { CONSUMER_METADATA } from './consumer.decorator.js';
import { HandlerFactory } from './handler-factory.js';
import { MessageDispatcher, onUnhandled } from './message-dispatcher.js';
import { type AnyMessageClass, ON_MESSAGE_METADATA } from './on-message.decorator.js';

/** A handler that was found: what to call, and what it consumes. */
export interface DiscoveredConsumer {
  /** Class and method, or the class alone, for logs and errors. */
  readonly name: string;
  /** The bus it consumes from. */
  readonly connection: string;
  readonly handler: MessageHandler;
  readonly options: ConsumerDecoratorOptions;
}

/** Finds the methods and classes that are decorated with `@Consumer`. */
@Injectable()
export class ConsumerExplorer {
  private found: readonly DiscoveredConsumer[] | undefined;

  constructor(
    private readonly hosts: HandlerHosts,
    private readonly handlers: HandlerFactory,
  ) {}

  /**
   * The handlers of all providers and controllers. Warns of those whose class is neither. Looks for them once.
   *
   * @throws ConfigurationException when one can't handle messages
   */
  explore(): readonly DiscoveredConsumer[] {
    if (!this.found) {
      const hosts = this.hosts.find();
      this.hosts.warnOfUnprovided(hosts);
      this.found = hosts.flatMap((host) => [...this.methodsOf(host), ...this.classOf(host)]);
    }
    return this.found;
  }

  private methodsOf(host: HandlerHost): DiscoveredConsumer[] {
    return host.methods<ConsumerDecoratorOptions>(CONSUMER_METADATA).map(({ method, metadata: options }) => {
      const name = `${host.name}.${method}`;
      if (options.unhandled !== undefined) {
        throw new ConfigurationException(
          `The consumer ${name}: 'unhandled' is for a class with @OnMessage methods; a method gets all messages`,
        );
      }
      const { connection = DEFAULT_CONNECTION } = options;
      return { name, connection, handler: this.handlers.create(host, method), options };
    });
  }

  private classOf(host: HandlerHost): DiscoveredConsumer[] {
    const { name } = host;
    const options = host.classMetadata<ConsumerDecoratorOptions>(CONSUMER_METADATA);
    const methods = host.methods<readonly AnyMessageClass[]>(ON_MESSAGE_METADATA);
    if (!options) {
      if (methods.length === 0) return [];
      throw new ConfigurationException(
        `${name}.${methods[0]!.method} is decorated with @OnMessage, but nothing says which queues it is about: decorate the class ${name} with @Consumer`,
      );
    }
    if (methods.length === 0) {
      throw new ConfigurationException(
        `The class ${name} is decorated with @Consumer, but none of its methods with @OnMessage: it would handle nothing`,
      );
    }
    const routes = methods.map(({ method, metadata: classes }) => ({
      method,
      classes,
      handler: this.handlers.create(host, method),
    }));
    const { connection = DEFAULT_CONNECTION } = options;
    const { handle: handler } = new MessageDispatcher(name, routes, onUnhandled(name, options));
    return [{ name, connection, handler, options }];
  }
}
