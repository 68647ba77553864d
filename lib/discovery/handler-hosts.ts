import { Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import type { InstanceWrapper } from '@nestjs/core/internal';
import { LibraryLogger } from '../logging/index.js';
import { decoratedMethods } from './decorated-methods.js';
import { HandlerHost } from './handler-host.js';

/** The providers and controllers of the application, each once. */
@Injectable()
export class HandlerHosts {
  private readonly logger = new LibraryLogger();

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  /** All of them, providers first. */
  find(): HandlerHost[] {
    const seen = new Set<object>();
    const hostsOf = (wrappers: InstanceWrapper[], collection: HandlerHost['collection']): HandlerHost[] =>
      wrappers.flatMap((wrapper: InstanceWrapper<object>) => {
        const prototype = prototypeOf(wrapper);
        // The same instance may be provided under several tokens.
        if (!prototype || wrapper.isAlias || seen.has(wrapper.instance)) return [];
        if (wrapper.instance) seen.add(wrapper.instance);
        return [new HandlerHost(wrapper, collection, prototype, this.scanner.getAllMethodNames(prototype))];
      });
    return [
      ...hostsOf(this.discovery.getProviders(), 'providers'),
      ...hostsOf(this.discovery.getControllers(), 'controllers'),
    ];
  }

  /** Warns of the decorated methods whose class is not among them. */
  warnOfUnprovided(hosts: readonly HandlerHost[]): void {
    const provided = new Set<object>();
    for (const { prototype } of hosts) {
      for (let p: object | null = prototype; p; p = Object.getPrototypeOf(p) as object | null)
        provided.add(p);
    }
    for (const { prototype, method, decorator } of decoratedMethods()) {
      if (provided.has(prototype)) continue;
      const { name } = prototype.constructor;
      this.logger.warn(
        `${name}.${method} is decorated with ${decorator}, but ${name} is not a provider or controller of this application, so it handles nothing: add it to the providers of a module`,
      );
    }
  }
}

function prototypeOf({ instance, metatype }: InstanceWrapper<object>): object | undefined {
  if (typeof instance === 'object' && instance !== null) {
    return Object.getPrototypeOf(instance) as object | undefined;
  }
  return typeof metatype === 'function' ? (metatype.prototype as object | undefined) : undefined;
}
