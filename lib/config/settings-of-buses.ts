import type { FedoraMessagingSettings } from './fedora-messaging-settings.js';

/** The settings of all buses of an application: the token under which rooms above `module` find them. */
export abstract class SettingsOfBuses {
  /** By the name of the bus. */
  abstract readonly settings: ReadonlyMap<string, FedoraMessagingSettings>;
}
