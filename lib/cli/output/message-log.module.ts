import { type DynamicModule, Module, type OnModuleInit, type Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { FedoraMessagingService } from '../../module/index.js';
import { busesOf } from '../loading/application.js';
import { LibraryLogger } from '../../logging/index.js';
import { midSentence, nameOf } from '../../message/index.js';

/** Logs one line for each message that is handled, as the Python library does. */
export function logMessagesOf(service: FedoraMessagingService): void {
  const logger = new LibraryLogger(service.bus);
  service.received$.subscribe(({ message }) => logger.log(`Consuming ${midSentence(nameOf(message))}`));
}

/** Wraps an application, and logs each message that it consumes. */
@Module({})
export class MessageLogModule implements OnModuleInit {
  constructor(private readonly moduleRef: ModuleRef) {}

  static around(application: Type): DynamicModule {
    return { module: MessageLogModule, imports: [application] };
  }

  /** Subscribes before consumers start, which is when the application has started. */
  onModuleInit(): void {
    for (const { service } of busesOf(this.moduleRef)) logMessagesOf(service);
  }
}
