import { type CanActivate, type ExecutionContext, ForbiddenException } from '@nestjs/common';
import { type FedoraMessagingContext, LoggedDrop, valueOf } from '../consuming/index.js';
import { toOutcome } from '../exceptions/index.js';
import type { EnhancerLog } from './enhancer-log.js';
import type { Message } from '../message/index.js';
import { CONTEXT_TYPE } from './execution-context.js';
import type { HandlerEnhancers } from './handler-enhancers.js';
import type { HandlerFilter } from './handler-filters.js';
import { type HandlerMethod, type HandlerTarget, methodOf } from './handler-target.js';
import { type HandlerArguments, MessageParam } from './message-params.js';
import {
  selectExceptionFilterMetadata,
  ExecutionContextHost,
  FORBIDDEN_MESSAGE,
  GuardsConsumer,
  InterceptorsConsumer,
  PipesConsumer,
} from '../nest/index.js';

const guardsConsumer = new GuardsConsumer();
const interceptorsConsumer = new InterceptorsConsumer();
const pipesConsumer = new PipesConsumer();

/** A guard has returned false. To filters it is what Nest makes of that everywhere. */
class DeniedByGuard extends ForbiddenException {
  constructor(readonly guard: string) {
    super(FORBIDDEN_MESSAGE);
  }
}

/** Calls a handler's method in Nest's execution context: guards, interceptors, pipes, filters around it. */
export class HandlerPipeline {
  private readonly instance: object;
  private readonly callback: HandlerMethod;

  constructor(
    target: HandlerTarget,
    private readonly enhancers: HandlerEnhancers,
    private readonly log: EnhancerLog,
  ) {
    this.instance = target.instance;
    this.callback = methodOf(target);
  }

  /**
   * Takes a message through all of it.
   *
   * @throws Nack, Drop, HaltConsumer, or whatever no filter has made anything of
   */
  async handle(message: Message<object>, context: FedoraMessagingContext): Promise<unknown> {
    const args: HandlerArguments = [message, context];
    try {
      await this.askGuards(args);
      const { instance, callback } = this;
      const { interceptors } = this.enhancers;
      return await valueOf(
        interceptorsConsumer.intercept(
          interceptors,
          args,
          instance,
          callback,
          () => this.call(args),
          CONTEXT_TYPE,
        ),
      );
    } catch (error) {
      return this.onThrown(error, args);
    }
  }

  private async askGuards(args: HandlerArguments): Promise<void> {
    const { guards } = this.enhancers;
    if (guards.length === 0) return;
    const { instance, callback } = this;
    let asked = guards[0]!;
    // All in one go, as Nest asks them: what a guard enters of an AsyncLocalStorage reaches the handler.
    const noted = guards.map((guard) => ({
      canActivate: (context: ExecutionContext) => (asked = guard).canActivate(context),
    }));
    let areContent: boolean;
    try {
      areContent = await guardsConsumer.tryActivate(noted, args, instance, callback, CONTEXT_TYPE);
    } catch (error) {
      if (!toOutcome(error) && !this.filterFor(error)) this.log.guardThrew(nameOfGuard(asked), error);
      throw error;
    }
    if (!areContent) throw new DeniedByGuard(nameOfGuard(asked));
  }

  private async call(args: HandlerArguments): Promise<unknown> {
    return this.callback.apply(this.instance, await this.paramsFor(args));
  }

  private async paramsFor(args: HandlerArguments): Promise<unknown[]> {
    const { params, pipes: common, hasDecoratedParams } = this.enhancers;
    if (!hasDecoratedParams && common.length === 0) return args;
    const values: unknown[] = [];
    await Promise.all(
      params.map(async ({ index, type, data, metatype, pipes, extractValue }) => {
        const value = extractValue(...args);
        // What pipes are for is what the message says.
        const applied = type === MessageParam.CONTEXT ? [] : [...common, ...pipes];
        values[index] = await pipesConsumer.apply(value, { type, data, metatype } as never, applied);
      }),
    );
    return values;
  }

  private async onThrown(error: unknown, args: HandlerArguments): Promise<unknown> {
    // They are outcomes: a filter for every error is not to take them for errors.
    if (toOutcome(error)) throw error;
    const filter = this.filterFor(error);
    if (!filter) throw this.outcomeOf(error, args);
    try {
      return await valueOf(filter.func(error, hostOf(args)));
    } catch (thrown) {
      if (toOutcome(thrown)) throw thrown;
      if (!tellsOf(thrown, error)) this.log.filterThrew(thrown, error, args[0]);
      throw this.outcomeOf(tellsOf(thrown, error) ? thrown : error, args);
    }
  }

  private filterFor(error: unknown): HandlerFilter | undefined {
    return selectExceptionFilterMetadata(this.enhancers.filters, error);
  }

  private outcomeOf(error: unknown, [message]: HandlerArguments): unknown {
    if (!(error instanceof DeniedByGuard)) return error;
    this.log.denied(error.guard, message);
    return new LoggedDrop('A guard denied the message', { cause: error });
  }
}

/** Whether what a filter throws is the error that it was given, or has that as its cause. */
function tellsOf(thrown: unknown, error: unknown): boolean {
  return thrown === error || (thrown instanceof Error && thrown.cause === error);
}

/** A guard that is an object without a class has no name. */
function nameOfGuard({ constructor }: CanActivate): string {
  return constructor === Object ? '(an object)' : constructor.name;
}

function hostOf(args: HandlerArguments): ExecutionContextHost {
  const host = new ExecutionContextHost(args);
  host.setType(CONTEXT_TYPE);
  return host;
}
