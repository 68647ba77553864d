export {
  ENTRY_PROVIDER_WATERMARK,
  EXCEPTION_FILTERS_METADATA,
  ROUTE_ARGS_METADATA,
  selectExceptionFilterMetadata,
} from './common-internals.js';
export {
  ContextUtils,
  ExecutionContextHost,
  ExternalExceptionFilterContext,
  FORBIDDEN_MESSAGE,
  GuardsConsumer,
  GuardsContextCreator,
  Injector,
  type InstanceWrapper,
  InterceptorsConsumer,
  InterceptorsContextCreator,
  PipesConsumer,
  PipesContextCreator,
  REQUEST_CONTEXT_ID,
  STATIC_CONTEXT,
} from './core-internals.js';
export { afterLazyLoad } from './lazy-modules.js';
export { FARTHEST, NEAREST, placeHooks } from './hook-order.js';
