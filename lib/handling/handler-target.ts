import type { ContextId } from '@nestjs/core';

/** A method of an instance, and where Nest finds its enhancers. */
export interface HandlerTarget {
  readonly instance: object;
  readonly method: string | symbol;
  /** The key of the module that provides the instance. */
  readonly moduleKey: string;
  /** Whether the enhancers of the whole application apply, too. */
  readonly inheritAppConfig: boolean;
  /** The context id of one message; undefined for a singleton. */
  readonly contextId?: ContextId;
  /** The id of the provider; set together with the context id. */
  readonly inquirerId?: string;
}

/** A method of a handler's instance. */
export type HandlerMethod = (...args: unknown[]) => unknown;

/** The method as the instance has it now, which includes what decorators have changed. */
export function methodOf({ instance, method }: Pick<HandlerTarget, 'instance' | 'method'>): HandlerMethod {
  return (instance as Record<string | symbol, HandlerMethod>)[method]!;
}
