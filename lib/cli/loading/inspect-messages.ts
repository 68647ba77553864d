import type { LoggerService } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';
import { Message, type MessageClass, MessageRegistry } from '../../message/index.js';
import { notOnBus } from './application.js';
import { loadClass } from './callback.js';
import { inspectApplication } from './inspect-application.js';

/** A Nest application that is created, but not started. */
export interface InspectedApplication {
  readonly app: ModuleRef;
  /** The name of its module. */
  readonly name: string;
  /** Its message classes. Where two classes claim a schema name, it is the class that the application prefers. */
  readonly messageClasses: readonly MessageClass[];
}

/**
 * Creates a Nest application for its message classes.
 *
 * @param path MODULE:CLASS
 * @throws CommandError when the module can't be loaded, or is not on the bus
 */
export async function inspectMessages(path: string, logger: LoggerService): Promise<InspectedApplication> {
  const module = await loadClass(path, 'option --app');
  const app = await inspectApplication(module, logger, (created) => created);
  const registered = [...registryOf(app, path).gather()].map(([, messageClass]) => messageClass);
  return { app, name: module.name, messageClasses: registered.filter((known) => known !== Message) };
}

function registryOf(app: ModuleRef, path: string): MessageRegistry {
  try {
    return app.get(MessageRegistry, { strict: false });
  } catch (error) {
    throw notOnBus(path, error);
  }
}
