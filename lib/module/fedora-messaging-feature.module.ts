import { type DynamicModule, Inject, Module } from '@nestjs/common';
import { ConfigurationException, shownValue } from '../exceptions/index.js';
import { isMessageClass, type MessageClass, MessageRegistry } from '../message/index.js';
import { FedoraMessagingSharedModule } from './fedora-messaging-shared.module.js';

const MESSAGE_CLASSES = Symbol('MESSAGE_CLASSES');

/** Registers the message classes of a module of the application. */
@Module({ imports: [FedoraMessagingSharedModule] })
export class FedoraMessagingFeatureModule {
  constructor(registry: MessageRegistry, @Inject(MESSAGE_CLASSES) messageClasses: readonly MessageClass[]) {
    registry.register(...messageClasses);
  }

  /**
   * Makes the module for these classes.
   *
   * @throws ConfigurationException when an entry is not a message class
   */
  static of(messageClasses: readonly MessageClass[]): DynamicModule {
    const wrong = messageClasses.findIndex((messageClass) => !isMessageClass(messageClass));
    if (wrong >= 0) {
      throw new ConfigurationException(
        `FedoraMessagingModule.forFeature() needs message classes, but entry ${wrong + 1} is ${shownValue(messageClasses[wrong])}; a circular import may be the cause`,
      );
    }
    return {
      module: FedoraMessagingFeatureModule,
      providers: [{ provide: MESSAGE_CLASSES, useValue: messageClasses }],
    };
  }
}
