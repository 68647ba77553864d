import { type DynamicModule, Module, type OnModuleInit, type Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { Buses, type FedoraMessagingService, type RegisteredBus } from '../../module/index.js';
import { LibraryLogger } from '../../logging/index.js';
import { nameOf } from '../../message/index.js';

const logger = new LibraryLogger();

/** One line in the log for each message that is handled, as the Python library has it. */
export function logMessagesOf(service: FedoraMessagingService): void {
  service.received$.subscribe(({ message }) =>
    logger.log(`Consuming ${nameOf(message).replace(/^The/, 'the')}`),
  );
}

/** An application around another, that logs each message which the other consumes. */
@Module({})
export class MessageLogModule implements OnModuleInit {
  constructor(private readonly moduleRef: ModuleRef) {}

  static around(application: Type): DynamicModule {
    return { module: MessageLogModule, imports: [application] };
  }

  /** Consumers start later, when the application has. */
  onModuleInit(): void {
    for (const { service } of this.buses()) logMessagesOf(service);
  }

  private buses(): Iterable<RegisteredBus> {
    try {
      return this.moduleRef.get(Buses, { strict: false });
    } catch {
      // An application that is not on the bus has none, which is told where it is started.
      return [];
    }
  }
}
