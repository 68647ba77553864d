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

/** The error after a guard returned false. Filters see the ForbiddenException that Nest always throws then. */
class DeniedByGuard extends ForbiddenException {
  constructor(readonly guard: string) {
    super(FORBIDDEN_MESSAGE);
  }
}

/** Calls a handler's method inside its guards, interceptors, pipes and filters, as Nest does. */
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
   * Handles a message.
   *
   * @throws Nack, Drop, HaltConsumer, or an error that no filter has handled
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
    // One call for all guards, as in Nest: an AsyncLocalStorage that a guard enters then reaches the handler.
    const noted = guards.map((guard) => ({
      canActivate: (context: ExecutionContext) => (asked = guard).canActivate(context),
    }));
    let isAllowed: boolean;
    try {
      isAllowed = await guardsConsumer.tryActivate(noted, args, instance, callback, CONTEXT_TYPE);
    } catch (error) {
      if (!toOutcome(error) && !this.filterFor(error)) this.log.guardThrew(nameOfGuard(asked), error);
      throw error;
    }
    if (!isAllowed) throw new DeniedByGuard(nameOfGuard(asked));
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
        // Pipes are for the message's contents, not for the context.
        const applied = type === MessageParam.CONTEXT ? [] : [...common, ...pipes];
        values[index] = await pipesConsumer.apply(value, { type, data, metatype } as never, applied);
      }),
    );
    return values;
  }

  private async onThrown(error: unknown, args: HandlerArguments): Promise<unknown> {
    // Filters do not see outcomes: a filter for every error would take them for errors.
    if (toOutcome(error)) throw error;
    const filter = this.filterFor(error);
    if (!filter) throw this.outcomeOf(error, args);
    try {
      return await valueOf(filter.func(error, hostOf(args)));
    } catch (thrown) {
      if (toOutcome(thrown)) throw thrown;
      if (!stemsFrom(thrown, error)) this.log.filterThrew(thrown, error, args[0]);
      throw this.outcomeOf(stemsFrom(thrown, error) ? thrown : error, args);
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

/** Whether a filter threw the error that it was given, or an error with that cause. */
function stemsFrom(thrown: unknown, error: unknown): boolean {
  return thrown === error || (thrown instanceof Error && thrown.cause === error);
}

/** A guard that is a plain object has no class name. */
function nameOfGuard({ constructor }: CanActivate): string {
  return constructor === Object ? '(an object)' : constructor.name;
}

function hostOf(args: HandlerArguments): ExecutionContextHost {
  const host = new ExecutionContextHost(args);
  host.setType(CONTEXT_TYPE);
  return host;
}
