import { Injectable } from '@nestjs/common';
import type { ConsumerOptions, MessageHandler } from '../consuming/index.js';
import { HandlerHosts } from '../discovery/index.js';
import { CONSUMER_METADATA } from './consumer.decorator.js';
import { HandlerFactory } from './handler-factory.js';

/** A handler that was found: what to call, and what it consumes. */
export interface DiscoveredConsumer {
  /** Class and method, for logs and errors. */
  readonly name: string;
  readonly handler: MessageHandler;
  readonly options: ConsumerOptions;
}

/** Finds the methods that are decorated with `@Consumer`. */
@Injectable()
export class ConsumerExplorer {
  constructor(
    private readonly hosts: HandlerHosts,
    private readonly handlers: HandlerFactory,
  ) {}

  /**
   * The handlers of all providers and controllers. Warns of those whose class is neither.
   *
   * @throws ConfigurationException when one can't handle messages
   */
  explore(): DiscoveredConsumer[] {
    const hosts = this.hosts.find();
    this.hosts.warnOfUnprovided(hosts);
    return hosts.flatMap((host) =>
      host.methods<ConsumerOptions>(CONSUMER_METADATA).map(({ method, metadata }) => ({
        name: `${host.name}.${method}`,
        handler: this.handlers.create(host, method),
        options: metadata,
      })),
    );
  }
}
