import type { BindingOptions } from './consumer-topology.interface.js';
import type { FedoraMessagingOptions } from './fedora-messaging-options.interface.js';

/**
 * The settings in force: every section present. Inject them with `@InjectFedoraMessagingSettings()`.
 *
 * @publicApi
 */
export type FedoraMessagingSettings = Required<Omit<FedoraMessagingOptions, 'configFile' | 'bindings'>> & {
  bindings: BindingOptions[];
};
/** A value of the same name: a decorated constructor that names the type needs one at run time, unless it is imported by `import type`. */
export const FedoraMessagingSettings = Object;
