import { Injectable } from '@nestjs/common';
import { type HandlerHost, HandlerHosts } from '../discovery/index.js';
import { ConfigurationException } from '../exceptions/index.js';
import type { InstanceWrapper } from '../nest/index.js';
import type { Publisher } from './publisher.js';
import {
  ON_PRE_PUBLISH_METADATA,
  ON_PUBLISH_FAILED_METADATA,
  ON_PUBLISHED_METADATA,
} from './signal.decorators.js';
import type { Signal } from './signal.js';

/** A method that handles a signal. */
export interface DiscoveredSignalHandler {
  /** Class and method, for logs and errors. */
  readonly name: string;
  /** The bus whose signal it handles. */
  readonly bus: string;
  readonly connect: (publisher: Publisher) => void;
}

/** Finds the methods that handle signals. */
@Injectable()
export class SignalExplorer {
  private readonly known = new WeakMap<InstanceWrapper, object>();

  constructor(private readonly hosts: HandlerHosts) {}

  /**
   * Returns the handlers that are new since the last call: all handlers the first time, later those that were loaded
   * since.
   *
   * @throws ConfigurationException when a class with such a method is not a singleton
   */
  explore(): DiscoveredSignalHandler[] {
    return this.hosts.makeOfNew(this.known, (host) => [
      ...handlersOf(host, ON_PRE_PUBLISH_METADATA, ({ prePublish }) => prePublish),
      ...handlersOf(host, ON_PUBLISHED_METADATA, ({ published }) => published),
      ...handlersOf(host, ON_PUBLISH_FAILED_METADATA, ({ publishFailed }) => publishFailed),
    ]);
  }
}

function handlersOf<Args extends unknown[]>(
  host: HandlerHost,
  key: symbol,
  signalOf: (publisher: Publisher) => Signal<Args>,
): DiscoveredSignalHandler[] {
  return host.methods<string>(key).map(({ method, metadata: bus }) => {
    const name = `${host.name}.${String(method)}`;
    if (!host.isSingleton) {
      throw new ConfigurationException(
        `${name} handles a signal of the publisher, but ${host.name} is transient, request-scoped, or depends on a request-scoped provider: make it a singleton`,
      );
    }
    const instance = host.wrapper.instance as Record<
      string | symbol,
      (...args: Args) => void | Promise<void>
    >;
    const handler = instance[method]!.bind(instance);
    return { name, bus, connect: (publisher) => void signalOf(publisher).connect(handler, name) };
  });
}
