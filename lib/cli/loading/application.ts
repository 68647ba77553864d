import type { INestApplicationContext, LoggerService } from '@nestjs/common';
import { type ModuleRef, NestFactory } from '@nestjs/core';
import type { FedoraMessagingSettings } from '../../config/index.js';
import { Buses, FedoraMessagingModule, type RegisteredBus } from '../../module/index.js';
import { severalCopies } from '../../package/index.js';
import { CommandError } from '../command-error.js';

type NestModule = Parameters<typeof NestFactory.createApplicationContext>[0];

/** Starts a Nest application; its errors are thrown to the caller. */
export function startApplication(
  module: NestModule,
  logger: LoggerService,
): Promise<INestApplicationContext> {
  return NestFactory.createApplicationContext(module, { logger, abortOnError: false });
}

/** Starts an application with nothing but the bus. */
export function startOnBus(
  settings: FedoraMessagingSettings,
  logger: LoggerService,
): Promise<INestApplicationContext> {
  return startApplication(FedoraMessagingModule.forRoot(settings), logger);
}

/** The buses of an application; none for an application that does not import the module. */
export function busesOf(app: Pick<ModuleRef, 'get'>): Iterable<RegisteredBus> {
  try {
    return app.get(Buses, { strict: false });
  } catch {
    return [];
  }
}

/** The error of a module of the user that does not import FedoraMessagingModule. */
export function notOnBus(path: string, cause: unknown): CommandError {
  const reason = `option --app: '${path}' is not on the bus: it must import FedoraMessagingModule, of this copy of nestjs-fedora-messaging. ${severalCopies() ?? ''}`;
  return new CommandError(reason.trimEnd(), undefined, { cause });
}
