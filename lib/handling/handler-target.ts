import type { ContextId } from '@nestjs/core';

/** A method of an instance, and where Nest looks for what surrounds it. */
export interface HandlerTarget {
  readonly instance: object;
  readonly method: string | symbol;
  /** The key of the module that provides it. */
  readonly moduleKey: string;
  /** Whether the enhancers of the whole application belong to it, too. */
  readonly inheritAppConfig: boolean;
  /** For one message only; undefined for all. */
  readonly contextId?: ContextId;
  /** The id of the provider, with a context id. */
  readonly inquirerId?: string;
}

/** A method of a handler's instance. */
export type HandlerMethod = (...args: unknown[]) => unknown;

/** The method of that name, as the instance has it now: what decorators have made of it. */
export function methodOf({ instance, method }: Pick<HandlerTarget, 'instance' | 'method'>): HandlerMethod {
  return (instance as Record<string | symbol, HandlerMethod>)[method]!;
}
