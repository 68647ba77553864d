import type { BindingOptions } from './consumer-topology.interface.js';
import type { FedoraMessagingOptions } from './fedora-messaging-options.interface.js';

/**
 * The settings in force, with every section. Inject them with `@InjectFedoraMessagingSettings()`.
 *
 * @publicApi
 */
export type FedoraMessagingSettings = Required<Omit<FedoraMessagingOptions, 'configFile' | 'bindings'>> & {
  bindings: BindingOptions[];
};
/**
 * A value with the same name as the type. A decorated constructor that uses the type needs a value at run time, unless
 * its file imports the type with `import type`.
 */
export const FedoraMessagingSettings = Object;
