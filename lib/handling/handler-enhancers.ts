import type { CanActivate, NestInterceptor, PipeTransform } from '@nestjs/common';
import { Injectable } from '@nestjs/common';
import { ApplicationConfig, ExternalContextCreator, ModuleRef } from '@nestjs/core';
import {
  ContextUtils,
  GuardsContextCreator,
  InterceptorsContextCreator,
  PipesContextCreator,
  ROUTE_ARGS_METADATA,
} from '../nest/index.js';
import { CONTEXT_TYPE } from './execution-context.js';
import { type HandlerFilter, HandlerFilters } from './handler-filters.js';
import { type HandlerTarget, methodOf } from './handler-target.js';
import {
  type HandlerArguments,
  messageParamsFactory,
  type ParamsMetadata,
  withDefaults,
} from './message-params.js';

/** A parameter of a handler, ready to be filled. */
export interface HandlerParam {
  readonly index: number;
  readonly type: number | string;
  readonly data: unknown;
  readonly metatype?: unknown;
  readonly pipes: PipeTransform[];
  readonly extractValue: (...args: HandlerArguments) => unknown;
}

/** The enhancers of a handler's method: those of the application, the class and the method. */
export interface HandlerEnhancers {
  readonly guards: CanActivate[];
  readonly interceptors: NestInterceptor[];
  readonly pipes: PipeTransform[];
  readonly filters: HandlerFilter[];
  readonly params: HandlerParam[];
  /** Whether a parameter is decorated. */
  readonly hasDecoratedParams: boolean;
}

/**
 * Resolves a handler's enhancers with the classes that Nest's microservices use. ExternalContextCreator is not
 * enough: it ignores the enhancers of controllers, and treats a filter that returns nothing as if there were none.
 */
@Injectable()
export class HandlerEnhancersResolver {
  private readonly utils = new ContextUtils();
  /** With the enhancers of the whole application. */
  private readonly withAppConfig: EnhancerCreators;
  /** Without them. */
  private readonly withoutAppConfig: EnhancerCreators;

  constructor(
    moduleRef: ModuleRef,
    config: ApplicationConfig,
    private readonly external: ExternalContextCreator,
  ) {
    const container = moduleRef['container'];
    this.withAppConfig = enhancerCreators(container, config);
    this.withoutAppConfig = enhancerCreators(container, new ApplicationConfig());
  }

  resolve(target: HandlerTarget): HandlerEnhancers {
    const { instance, moduleKey, contextId, inquirerId } = target;
    const creators = target.inheritAppConfig ? this.withAppConfig : this.withoutAppConfig;
    const callback = methodOf(target);
    // Nest's types allow no symbol as a method name, but Nest does.
    const method = target.method as string;
    const where = [instance, callback, moduleKey, contextId, inquirerId] as const;
    const declared = this.utils.reflectCallbackMetadata<ParamsMetadata | undefined>(
      instance,
      method,
      ROUTE_ARGS_METADATA,
    );
    const params = withDefaults(declared ?? {});
    return {
      guards: creators.guards.create(...where),
      interceptors: creators.interceptors.create(...where),
      pipes: creators.pipes.create(...where),
      filters: creators.filters.find(...where),
      params: this.utils.mergeParamsMetatypes(
        this.external.exchangeKeysForValues(
          Object.keys(params),
          params,
          moduleKey,
          messageParamsFactory,
          contextId,
          inquirerId,
          this.utils.getContextFactory(CONTEXT_TYPE, instance, callback),
        ),
        this.utils.reflectCallbackParamtypes(instance, method),
      ),
      hasDecoratedParams: declared !== undefined,
    };
  }
}

/** The Nest classes that find the enhancers of a method. */
interface EnhancerCreators {
  readonly guards: GuardsContextCreator;
  readonly interceptors: InterceptorsContextCreator;
  readonly pipes: PipesContextCreator;
  readonly filters: HandlerFilters;
}

function enhancerCreators(container: ModuleRef['container'], config: ApplicationConfig): EnhancerCreators {
  return {
    guards: new GuardsContextCreator(container, config),
    interceptors: new InterceptorsContextCreator(container, config),
    pipes: new PipesContextCreator(container, config),
    filters: new HandlerFilters(container, config),
  };
}

/** Whether a method has neither enhancers nor decorated parameters. */
export function isPlain(enhancers: HandlerEnhancers): boolean {
  const { guards, interceptors, pipes, filters, hasDecoratedParams } = enhancers;
  return [guards, interceptors, pipes, filters].every(({ length }) => length === 0) && !hasDecoratedParams;
}
