import { ConfigurationException } from '../exceptions/index.js';
import { withBindingsInList, withTopologiesInList } from './file/bindings-in-list.js';
import { readConfigFile } from './file/config-file.js';
import { withHiddenPasswords } from './hidden-passwords.js';
import { defaultSettings } from './defaults.js';
import type { FedoraMessagingOptions } from './fedora-messaging-options.interface.js';
import type { FedoraMessagingSettings } from './fedora-messaging-settings.js';
import { assertOptions } from './validate-settings.js';
import { withoutUndefined } from './without-undefined.js';

/**
 * The settings in force: the defaults, over them the configuration file if one is to be read, over that
 * the options. Each section counts as a whole. The module does this by itself; it serves scripts that
 * want the same settings without an application.
 *
 * @throws ConfigurationException that names the key and says what would be right
 * @publicApi
 */
export function resolveSettings(
  options: FedoraMessagingOptions = { configFile: true },
): FedoraMessagingSettings {
  return resolveOptions(options);
}

/**
 * As {@link resolveSettings}, for a caller that takes more keys than the options and leaves those out.
 *
 * @param moreKeys these keys: the error about an unknown key names them, too
 */
export function resolveOptions(
  options: FedoraMessagingOptions,
  moreKeys: readonly string[] = [],
): FedoraMessagingSettings {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new ConfigurationException(
      `The options must be an object, but are ${options === null ? 'null' : Array.isArray(options) ? 'a list' : `a ${typeof options}`}`,
    );
  }
  const { configFile, ...given } = options;
  if (configFile !== undefined && configFile !== true && typeof configFile !== 'string') {
    throw new ConfigurationException(`The options: 'configFile' must be the path of a file, or true`);
  }
  const ownOptions = withTopologiesInList(withBindingsInList(withoutUndefined(given)));
  assertOptions(ownOptions, moreKeys);
  const settings: FedoraMessagingSettings = {
    ...defaultSettings(),
    ...(configFile === undefined ? {} : readConfigFile(configFile).settings),
    ...ownOptions,
  };
  const { monitoring } = settings;
  return withHiddenPasswords(
    monitoring.port === undefined ? settings : { ...settings, monitoring: { address: '', ...monitoring } },
  );
}
