import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { HandlerHost } from './handler-host.js';
import { applicationCreated, noteProvided } from './unprovided-methods.js';
import { type InstanceWrapper, STATIC_CONTEXT } from '../nest/index.js';

/** The providers and controllers of the application, each once. */
@Injectable()
export class HandlerHosts {
  constructor(private readonly discovery: DiscoveryService) {
    applicationCreated(this);
  }

  /** All of them, providers first. */
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
   * Makes something of each of them that is not known yet: at first of all, later of those that were loaded since.
   *
   * @param known those that are; after this, all of them
   */
  makeOfNew<T>(known: WeakMap<InstanceWrapper, object>, make: (host: HandlerHost) => T[]): T[] {
    // A factory's product may be of another class than it seemed to be.
    const added = this.find().filter(({ wrapper, prototype }) => known.get(wrapper) !== prototype);
    const made = added.flatMap(make);
    for (const { wrapper, prototype } of added) known.set(wrapper, prototype);
    return made;
  }

  /** Whether a factory is still making one of them: nothing is known of its class before. */
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
