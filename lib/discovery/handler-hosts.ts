import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { HandlerHost } from './handler-host.js';
import { applicationCreated, noteProvided } from './unprovided-methods.js';
import { type InstanceWrapper, STATIC_CONTEXT } from '../nest/index.js';

/** Finds the providers and controllers of the application, each once. */
@Injectable()
export class HandlerHosts {
  constructor(private readonly discovery: DiscoveryService) {
    applicationCreated(this);
  }

  /** All providers, then all controllers. */
  find(): HandlerHost[] {
    const seen = new Set<object>();
    const hostsOf = (wrappers: InstanceWrapper[], collection: HandlerHost['collection']): HandlerHost[] =>
      wrappers.flatMap((wrapper: InstanceWrapper<object>) => {
        const prototype = prototypeOf(wrapper);
        // The same instance may be provided under several tokens.
        if (!prototype || wrapper.isAlias || seen.has(wrapper.instance)) return [];
        if (wrapper.instance) seen.add(wrapper.instance);
        noteProvided(prototype);
        return [new HandlerHost(wrapper, collection, prototype)];
      });
    return [
      ...hostsOf(this.discovery.getProviders(), 'providers'),
      ...hostsOf(this.discovery.getControllers(), 'controllers'),
    ];
  }

  /**
   * Calls `make` for each host that is not in `known`: all hosts the first time, later those that were loaded since.
   *
   * @param known the hosts that were handled before; afterwards it has all hosts
   */
  makeOfNew<T>(known: WeakMap<InstanceWrapper, object>, make: (host: HandlerHost) => T[]): T[] {
    // A factory may have returned an instance of another class than was known before.
    const added = this.find().filter(({ wrapper, prototype }) => known.get(wrapper) !== prototype);
    const made = added.flatMap(make);
    for (const { wrapper, prototype } of added) known.set(wrapper, prototype);
    return made;
  }

  /** Whether a factory is still running: the class of its provider is not known before it ends. */
  get areBeingMade(): boolean {
    return this.discovery.getProviders().some((wrapper) => {
      if (!wrapper.isNotMetatype || !wrapper.isDependencyTreeStatic()) return false;
      const { isPending = false, isResolved = false } = wrapper.getInstanceByContextId(STATIC_CONTEXT);
      return isPending && !isResolved;
    });
  }
}

function prototypeOf({ instance, metatype }: InstanceWrapper<object>): object | undefined {
  if (typeof instance === 'object' && instance !== null) {
    return Object.getPrototypeOf(instance) as object | undefined;
  }
  return typeof metatype === 'function' ? (metatype.prototype as object | undefined) : undefined;
}
