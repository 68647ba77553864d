import { Injectable } from '@nestjs/common';
import { type HandlerHost, HandlerHosts } from '../discovery/index.js';
import { ConfigurationException } from '../exceptions/index.js';
import type { Publisher } from './publisher.js';
import {
  ON_PRE_PUBLISH_METADATA,
  ON_PUBLISH_FAILED_METADATA,
  ON_PUBLISHED_METADATA,
} from './signal.decorators.js';
import type { Signal } from './signal.js';

/** Finds the methods that handle signals, and connects them. */
@Injectable()
export class SignalExplorer {
  constructor(private readonly hosts: HandlerHosts) {}

  /** @throws ConfigurationException when a class has no instance that lasts */
  connect({ prePublish, published, publishFailed }: Publisher): void {
    for (const host of this.hosts.find()) {
      connectMethods(host, ON_PRE_PUBLISH_METADATA, prePublish);
      connectMethods(host, ON_PUBLISHED_METADATA, published);
      connectMethods(host, ON_PUBLISH_FAILED_METADATA, publishFailed);
    }
  }
}

function connectMethods<Args extends unknown[]>(host: HandlerHost, key: symbol, signal: Signal<Args>): void {
  for (const { method } of host.methods(key)) {
    const name = `${host.name}.${method}`;
    if (!host.isSingleton) {
      throw new ConfigurationException(
        `${name} handles a signal of the publisher, but ${host.name} is transient, request-scoped, or depends on a request-scoped provider: handlers of signals must be singletons`,
      );
    }
    const instance = host.wrapper.instance as Record<string, (...args: Args) => void | Promise<void>>;
    signal.connect(instance[method]!.bind(instance), name);
  }
}
