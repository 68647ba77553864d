import { type DynamicModule, Inject, Module } from '@nestjs/common';
import { assertKnownKeys } from '../config/index.js';
import { ConfigurationException, shownValue } from '../exceptions/index.js';
import { isMessageClass, type MessageClass, MessageRegistry } from '../message/index.js';
import { FedoraMessagingSharedModule } from './fedora-messaging-shared.module.js';

/** The options of {@link FedoraMessagingModule.forFeature}. @publicApi */
export interface MessageClassesOptions {
  /**
   * Whether these classes win where another class claims the same schema name, such as a class of another package. The
   * other class can still be published, but is never received. Default: false, and two classes of one schema name are
   * refused.
   */
  preferred?: boolean;
}

const KEYS = Object.keys({ preferred: true } satisfies Record<keyof MessageClassesOptions, true>);
const REGISTRATION = Symbol('REGISTRATION');

/** The message classes of one `forFeature()`. */
interface Registration {
  readonly messageClasses: readonly MessageClass[];
  readonly preferred: boolean;
}

/** Registers the message classes of a module of the application. */
@Module({ imports: [FedoraMessagingSharedModule] })
export class FedoraMessagingFeatureModule {
  constructor(registry: MessageRegistry, @Inject(REGISTRATION) { messageClasses, preferred }: Registration) {
    if (preferred) registry.prefer(...messageClasses);
    // A later module may prefer another class of the same name. The start of the application refuses what is left.
    else registry.registerUnclaimed(...messageClasses);
  }

  /**
   * Makes the module for these classes.
   *
   * @throws ConfigurationException when an entry is not a message class, or an option is wrong
   */
  static of(messageClasses: readonly MessageClass[], options: MessageClassesOptions): DynamicModule {
    const where = 'FedoraMessagingModule.forFeature()';
    const wrong = messageClasses.findIndex((messageClass) => !isMessageClass(messageClass));
    if (wrong >= 0) {
      throw new ConfigurationException(
        `${where} needs message classes, but entry ${wrong + 1} is ${shownValue(messageClasses[wrong])}; a circular import may be the cause`,
      );
    }
    assertKnownKeys(where, options, KEYS);
    const { preferred = false } = options;
    if (typeof preferred !== 'boolean') {
      throw new ConfigurationException(
        `${where}: 'preferred' must be a boolean, but is ${shownValue(preferred)}`,
      );
    }
    const useValue: Registration = { messageClasses, preferred };
    return { module: FedoraMessagingFeatureModule, providers: [{ provide: REGISTRATION, useValue }] };
  }
}
