import type { MessageHandler } from '../consuming/index.js';
import type { HandlerHosts } from '../discovery/index.js';
import { LibraryLogger } from '../logging/index.js';
import type { InstanceWrapper } from '../nest/index.js';
import type { ConsumerDecoratorOptions } from './decorators/consumer-decorator-options.interface.js';
import { type DeclaredConsumer, declaredConsumers } from './declared-consumers.js';
import type { HandlerFactory } from './handler-factory.js';
import { handlerOfMessages, MessageDispatcher, onUnhandled } from './message-dispatcher.js';
import type { SettingsOf } from './decorators/resolve-declaration.js';

/** A consumer that was found: its handler, and what it consumes. */
export interface DiscoveredConsumer {
  /** Class and method, or the class alone, for logs and errors. */
  readonly name: string;
  /** The bus from which it consumes. */
  readonly bus: string;
  readonly handler: MessageHandler;
  readonly options: ConsumerDecoratorOptions;
}

/** Finds the methods and classes that are decorated with `@Consumer`. */
export class ConsumerExplorer {
  private readonly known = new WeakMap<InstanceWrapper, object>();
  private readonly found: DeclaredConsumer[] = [];
  private readonly discovered = new Map<DeclaredConsumer, DiscoveredConsumer>();

  constructor(
    private readonly hosts: HandlerHosts,
    private readonly handlers: HandlerFactory,
    private readonly settingsOf: SettingsOf,
  ) {}

  /**
   * The consumers that decorators declare on providers and controllers, also on those that were loaded since the last
   * call. No handler is created yet, so this may be called before the application has all guards, interceptors, pipes
   * and filters.
   *
   * @throws ConfigurationException when a decorator can't work
   */
  declared(): readonly DeclaredConsumer[] {
    this.found.push(...this.hosts.makeOfNew(this.known, (host) => declaredConsumers(host, this.settingsOf)));
    return this.found;
  }

  /**
   * The consumers of a bus, with their handlers.
   *
   * @param bus the name of the bus
   * @throws ConfigurationException when a method or class can't handle messages
   */
  explore(bus: string): readonly DiscoveredConsumer[] {
    return this.declared()
      .filter((declared) => declared.bus === bus)
      .map((declared) => this.discover(declared));
  }

  private discover(declared: DeclaredConsumer): DiscoveredConsumer {
    let discovered = this.discovered.get(declared);
    if (!discovered) {
      const { inheritAppConfig } = this.settingsOf(declared.bus, declared.name);
      discovered = { ...declared, handler: this.handlerOf(declared, inheritAppConfig) };
      this.discovered.set(declared, discovered);
    }
    return discovered;
  }

  private handlerOf(
    { name, bus, host, isClass, methods, options }: DeclaredConsumer,
    inheritAppConfig: boolean,
  ): MessageHandler {
    const logger = new LibraryLogger(bus);
    const routes = methods.map(({ method, classes }) => ({
      method,
      classes,
      handler: this.handlers.create(host, method, inheritAppConfig, logger),
    }));
    if (!isClass) return handlerOfMessages(name, routes[0]!.handler, options, logger);
    const unhandled = onUnhandled(name, `No @OnMessage method of ${name} takes`, options, logger);
    return new MessageDispatcher(name, routes, unhandled).handle;
  }
}
