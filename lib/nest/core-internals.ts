/*
 * Exports of `@nestjs/core` that are meant for Nest's own packages. Nest 12 has them in `@nestjs/core/internal`, which
 * Nest 11 does not have; these modules are in both. CONTRIBUTING.md lists them with the tests that notice when they
 * change.
 */
export { ExternalExceptionFilterContext } from '@nestjs/core/exceptions/external-exception-filter-context.js';
export { FORBIDDEN_MESSAGE } from '@nestjs/core/guards/constants.js';
export { GuardsConsumer } from '@nestjs/core/guards/guards-consumer.js';
export { GuardsContextCreator } from '@nestjs/core/guards/guards-context-creator.js';
export { ContextUtils } from '@nestjs/core/helpers/context-utils.js';
export { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
export { STATIC_CONTEXT } from '@nestjs/core/injector/constants.js';
export { Injector } from '@nestjs/core/injector/injector.js';
export type { InstanceWrapper } from '@nestjs/core/injector/instance-wrapper.js';
export { InterceptorsConsumer } from '@nestjs/core/interceptors/interceptors-consumer.js';
export { InterceptorsContextCreator } from '@nestjs/core/interceptors/interceptors-context-creator.js';
export { PipesConsumer } from '@nestjs/core/pipes/pipes-consumer.js';
export { PipesContextCreator } from '@nestjs/core/pipes/pipes-context-creator.js';
export { REQUEST_CONTEXT_ID } from '@nestjs/core/router/request/request-constants.js';
