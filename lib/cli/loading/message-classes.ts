import type { LoggerService } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';
import { Message, type MessageClass, MessageRegistry } from '../../message/index.js';
import { notOnBus } from './application.js';
import { loadClass } from './callback.js';
import { inspectApplication } from './inspect-application.js';

/**
 * The message classes of a Nest application, which is created, but not started. Where two classes claim a schema name,
 * it is the class that the application prefers.
 *
 * @param path MODULE:CLASS
 * @throws CommandError when the module can't be loaded, or is not on the bus
 */
export async function messageClassesOf(path: string, logger: LoggerService): Promise<MessageClass[]> {
  const module = await loadClass(path, 'option --app');
  const registry = await inspectApplication(module, logger, (app) => registryOf(app, path));
  return [...registry.gather()].map(([, messageClass]) => messageClass).filter((known) => known !== Message);
}

function registryOf(app: ModuleRef, path: string): MessageRegistry {
  try {
    return app.get(MessageRegistry, { strict: false });
  } catch (error) {
    throw notOnBus(path, error);
  }
}
