import type { ContextId } from '@nestjs/core';
import type { HandlerMethod } from './handler-target.js';
import {
  EXCEPTION_FILTERS_METADATA,
  type selectExceptionFilterMetadata,
  ExternalExceptionFilterContext,
} from '../nest/index.js';

/** An exception filter, and the errors it is for. */
export type HandlerFilter = Parameters<typeof selectExceptionFilterMetadata>[0][number];

/** Finds the exception filters of a handler. */
export class HandlerFilters extends ExternalExceptionFilterContext {
  /** The nearest first: those of the method, of the class, of the application. */
  find(
    instance: object,
    callback: HandlerMethod,
    moduleKey: string,
    contextId?: ContextId,
    inquirerId?: string,
  ): HandlerFilter[] {
    this.moduleContext = moduleKey;
    return this.createContext(
      instance,
      callback,
      EXCEPTION_FILTERS_METADATA,
      contextId,
      inquirerId,
    ).reverse();
  }
}
