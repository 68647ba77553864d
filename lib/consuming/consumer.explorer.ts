import { Injectable, Logger } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { ConfigurationException } from '../exceptions/index.js';
import type { MessageHandler } from './consumer-callback.js';
import { ConsumerMetadataAccessor } from './consumer-metadata.accessor.js';
import type { ConsumerOptions } from './consumer-options.interface.js';
import { declaredHandlers } from './consumer.decorator.js';

/** A handler that was found: what to call, and what it consumes. */
export interface DiscoveredConsumer {
  /** Class and method, for logs and errors. */
  readonly name: string;
  readonly handler: MessageHandler;
  readonly options: ConsumerOptions;
}

type InstanceWrapper = ReturnType<DiscoveryService['getProviders']>[number];

/** Finds the methods that are decorated with `@Consumer`. */
@Injectable()
export class ConsumerExplorer {
  private readonly logger = new Logger('FedoraMessaging');

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly metadata: ConsumerMetadataAccessor,
  ) {}

  /** The handlers of all providers and controllers. Warns of those whose class is neither. */
  explore(): DiscoveredConsumer[] {
    const found: DiscoveredConsumer[] = [];
    const prototypes = new Set<object>();
    const instances = new Set<object>();
    for (const wrapper of [...this.discovery.getProviders(), ...this.discovery.getControllers()]) {
      const prototype = prototypeOf(wrapper);
      if (!prototype) continue;
      const methods = this.scanner
        .getAllMethodNames(prototype)
        .filter((method) => this.metadata.getConsumerOptions(prototype[method]));
      if (methods.length === 0) continue;
      for (let p: object | null = prototype; p; p = Object.getPrototypeOf(p) as object | null)
        prototypes.add(p);
      if (wrapper.isTransient || !wrapper.isDependencyTreeStatic()) throw notSingleton(wrapper, methods[0]!);
      const instance = wrapper.instance as Record<string, unknown>;
      // The same instance may be provided under several tokens.
      if (instances.has(instance)) continue;
      instances.add(instance);
      for (const method of methods) found.push(this.toConsumer(instance, method));
    }
    this.warnOfUnprovided(prototypes);
    return found;
  }

  private toConsumer(instance: Record<string, unknown>, method: string): DiscoveredConsumer {
    const handler = instance[method] as MessageHandler;
    return {
      name: `${instance.constructor.name}.${method}`,
      handler: (message, context) => handler.call(instance, message, context),
      options: this.metadata.getConsumerOptions(handler)!,
    };
  }

  private warnOfUnprovided(provided: ReadonlySet<object>): void {
    for (const { prototype, method } of declaredHandlers()) {
      if (provided.has(prototype)) continue;
      const name = prototype.constructor.name;
      this.logger.warn(
        `${name}.${method} is decorated with @Consumer, but ${name} is not a provider or controller of this application, so it handles nothing: add it to the providers of a module`,
      );
    }
  }
}

function prototypeOf(wrapper: InstanceWrapper): Record<string, unknown> | undefined {
  const { instance, metatype } = wrapper as { instance: unknown; metatype: unknown };
  if (typeof instance === 'object' && instance !== null) {
    return Object.getPrototypeOf(instance) as Record<string, unknown>;
  }
  return typeof metatype === 'function'
    ? (metatype.prototype as Record<string, unknown> | undefined)
    : undefined;
}

function notSingleton(wrapper: InstanceWrapper, method: string): ConfigurationException {
  return new ConfigurationException(
    `${wrapper.name}.${method} is decorated with @Consumer, but ${wrapper.name} is transient, request-scoped, or depends on a request-scoped provider: consumers must be singletons`,
  );
}
