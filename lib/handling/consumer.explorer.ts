import { Injectable } from '@nestjs/common';
import type { FedoraMessagingSettings } from '../config/index.js';
import type { MessageHandler } from '../consuming/index.js';
import { HandlerHosts } from '../discovery/index.js';
import type { ConsumerDecoratorOptions } from './decorators/consumer-decorator-options.interface.js';
import { type DeclaredConsumer, declaredConsumers } from './declared-consumers.js';
import { HandlerFactory } from './handler-factory.js';
import { handlerOfMessages, MessageDispatcher, onUnhandled } from './message-dispatcher.js';

/** A handler that was found: what to call, and what it consumes. */
export interface DiscoveredConsumer {
  /** Class and method, or the class alone, for logs and errors. */
  readonly name: string;
  /** The bus it consumes from. */
  readonly bus: string;
  readonly handler: MessageHandler;
  readonly options: ConsumerDecoratorOptions;
}

/** Finds the methods and classes that are decorated with `@Consumer`. */
@Injectable()
export class ConsumerExplorer {
  private readonly found = new Map<string, readonly DiscoveredConsumer[]>();

  constructor(
    private readonly hosts: HandlerHosts,
    private readonly handlers: HandlerFactory,
  ) {}

  /**
   * What the decorators of all providers and controllers say. Nothing is made of it yet, so that it may be
   * asked for before the application has all its guards, interceptors, pipes and filters.
   *
   * @throws ConfigurationException when a decorator is of no use
   */
  declared(): readonly DeclaredConsumer[] {
    return this.hosts.find().flatMap(declaredConsumers);
  }

  /**
   * The handlers of a bus, of all providers and controllers. Looks for them once.
   *
   * @param bus the name of the bus
   * @throws ConfigurationException when one can't handle messages
   */
  explore(
    bus: string,
    { inheritAppConfig }: Pick<FedoraMessagingSettings, 'inheritAppConfig'>,
  ): readonly DiscoveredConsumer[] {
    let found = this.found.get(bus);
    if (!found) {
      found = this.declared()
        .filter((declared) => declared.bus === bus)
        .map((declared) => ({ ...declared, handler: this.handlerOf(declared, inheritAppConfig) }));
      this.found.set(bus, found);
    }
    return found;
  }

  private handlerOf(
    { name, host, isClass, methods, options }: DeclaredConsumer,
    inheritAppConfig: boolean,
  ): MessageHandler {
    const routes = methods.map(({ method, classes }) => ({
      method,
      classes,
      handler: this.handlers.create(host, method, inheritAppConfig),
    }));
    if (!isClass) return handlerOfMessages(name, routes[0]!.handler, options);
    const unhandled = onUnhandled(name, `No @OnMessage method of ${name} takes`, options);
    return new MessageDispatcher(name, routes, unhandled).handle;
  }
}
