import { type LoggerService, Module, type OnModuleInit, type Type } from '@nestjs/common';
import { ModuleRef, ModulesContainer } from '@nestjs/core';
import { FARTHEST, placeHooks } from '../../nest/index.js';
import { startApplication } from './application.js';

/** Ends the start of an application that has been looked at. */
class Inspected<T> extends Error {
  constructor(readonly result: T) {
    super('The application is not started: it was only to be looked at');
  }
}

/**
 * Puts a Nest application together and looks at it. Constructors and factories run, but none of the
 * application's lifecycle hooks, so that nothing is started; Nest has no other way to leave them out.
 *
 * @throws what the application or `inspect` throws
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
      // The hooks of distant modules run first and, where others are as far, those of the root.
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
  throw new Error('The application has started instead of being looked at');
}
