import { Injectable } from '@nestjs/common';
import { type ContextId, ContextIdFactory, ModuleRef } from '@nestjs/core';
import type { FedoraMessagingContext, MessageHandler } from '../consuming/index.js';
import type { HandlerHost } from '../discovery/index.js';
import { ConfigurationException } from '../exceptions/index.js';
import type { LibraryLogger } from '../logging/index.js';
import { EnhancerLog } from './enhancer-log.js';
import { HandlerEnhancersResolver, isPlain } from './handler-enhancers.js';
import { HandlerPipeline } from './handler-pipeline.js';
import { methodOf } from './handler-target.js';
import { Injector, type InstanceWrapper, REQUEST_CONTEXT_ID } from '../nest/index.js';

/** Makes message handlers from decorated methods. */
@Injectable()
export class HandlerFactory {
  private readonly injector = new Injector();

  constructor(
    private readonly enhancers: HandlerEnhancersResolver,
    private readonly moduleRef: ModuleRef,
  ) {}

  /**
   * Makes the handler of a method. The enhancers of a singleton are resolved here, once; a singleton's method without
   * enhancers is called directly.
   *
   * @param inheritAppConfig whether the enhancers of the whole application apply, too
   * @throws ConfigurationException when the class is transient
   */
  create(
    host: HandlerHost,
    method: string | symbol,
    inheritAppConfig: boolean,
    logger: LibraryLogger,
  ): MessageHandler {
    const { wrapper } = host;
    const name = `${host.name}.${String(method)}`;
    if (wrapper.isTransient) {
      throw new ConfigurationException(
        `${name} handles messages, but ${host.name} is transient, so it has no single instance. Make it a singleton, or request-scoped to get an instance for each message`,
      );
    }
    const log = new EnhancerLog(name, logger);
    if (!host.isSingleton) return this.perMessage(host, method, inheritAppConfig, log);
    const { instance } = wrapper;
    const target = { instance, method, moduleKey: moduleKeyOf(wrapper), inheritAppConfig };
    const enhancers = this.enhancers.resolve(target);
    if (isPlain(enhancers)) return methodOf(target).bind(instance);
    const pipeline = new HandlerPipeline(target, enhancers, log);
    return (message, context) => pipeline.handle(message, context);
  }

  /** Uses one instance for each message; messages share the instance of a durable provider. */
  private perMessage(
    { wrapper, collection }: HandlerHost,
    method: string | symbol,
    inheritAppConfig: boolean,
    log: EnhancerLog,
  ): MessageHandler {
    const module = wrapper.host!;
    const moduleKey = moduleKeyOf(wrapper);
    return async (message, context) => {
      const contextId = this.contextIdFor(context, wrapper);
      const instance = await this.injector.loadPerContext(
        wrapper.instance,
        module,
        module[collection],
        contextId,
        wrapper,
      );
      const target = { instance, method, moduleKey, inheritAppConfig, contextId, inquirerId: wrapper.id };
      return new HandlerPipeline(target, this.enhancers.resolve(target), log).handle(message, context);
    };
  }

  /**
   * Makes the message's context id and stores it, so that ContextIdFactory returns the same id for this message
   * later.
   */
  private contextIdFor(context: FedoraMessagingContext, wrapper: InstanceWrapper): ContextId {
    const contextId = ContextIdFactory.getByRequest(context as never);
    Object.defineProperty(context, REQUEST_CONTEXT_ID, { value: contextId });
    const request: unknown = wrapper.isDependencyTreeDurable()
      ? contextId.payload
      : Object.assign(context, contextId.payload);
    this.moduleRef.registerRequestByContextId(request, contextId);
    return contextId;
  }
}

function moduleKeyOf({ host }: InstanceWrapper): string {
  return host?.token ?? '';
}
