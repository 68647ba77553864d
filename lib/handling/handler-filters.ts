import type { ContextId } from '@nestjs/core';
import type { HandlerMethod } from './handler-target.js';
import {
  EXCEPTION_FILTERS_METADATA,
  type selectExceptionFilterMetadata,
  ExternalExceptionFilterContext,
} from '../nest/index.js';

/** An exception filter, and the errors that it catches. */
export type HandlerFilter = Parameters<typeof selectExceptionFilterMetadata>[0][number];

/** Finds the exception filters of a handler. */
export class HandlerFilters extends ExternalExceptionFilterContext {
  /** The filters of the method, then of the class, then of the application. */
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
