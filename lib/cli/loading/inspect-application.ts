import { type LoggerService, Module, type OnModuleInit, type Type } from '@nestjs/common';
import { ModuleRef, ModulesContainer } from '@nestjs/core';
import { FARTHEST, placeHooks } from '../../nest/index.js';
import { startApplication } from './application.js';

/** Ends the start of an application after the inspection. */
class Inspected<T> extends Error {
  constructor(readonly result: T) {
    super('The application is only inspected, so it does not start');
  }
}

/**
 * Creates a Nest application for inspection only. Constructors and factories run, but no lifecycle hooks, so nothing
 * is started. The exception in the first hook is the only way to make Nest skip them.
 *
 * @throws the errors of the application and of `inspect`
 */
export async function inspectApplication<T>(
  module: Type,
  logger: LoggerService,
  inspect: (app: ModuleRef) => T,
): Promise<T> {
  @Module({ imports: [module] })
  class InspectedModule implements OnModuleInit {
    constructor(
      private readonly app: ModuleRef,
      modules: ModulesContainer,
    ) {
      // Hooks of distant modules run first. Among equally distant modules, the root's run first.
      placeHooks(modules, InspectedModule, FARTHEST);
    }

    onModuleInit(): void {
      throw new Inspected(inspect(this.app));
    }
  }
  try {
    await startApplication(InspectedModule, logger);
  } catch (error) {
    if (error instanceof Inspected) return error.result as T;
    throw error;
  }
  throw new Error('The application has started, but it was only to be inspected');
}
