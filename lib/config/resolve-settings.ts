import { ConfigurationException } from '../exceptions/index.js';
import { withBindingsInList, withTopologiesInList } from './file/bindings-in-list.js';
import { readConfigFile } from './file/config-file.js';
import { withHiddenPasswords } from './connection/hidden-passwords.js';
import { defaultSettings } from './defaults.js';
import type { FedoraMessagingOptions } from './fedora-messaging-options.interface.js';
import type { FedoraMessagingSettings } from './fedora-messaging-settings.js';
import { assertOptions } from './validate-settings.js';
import { withoutUndefined } from './without-undefined.js';

/** Where monitoring listens by default. The live page shows messages, so it is for this machine only. */
const ALL_INTERFACES = '';
const LOOPBACK = '127.0.0.1';

/**
 * Resolves the settings in force. The options take precedence over the configuration file, if any, and the file takes
 * precedence over the defaults; a section is always replaced as a whole. The module calls this function. Scripts can
 * call it to get the same settings without an application.
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
 * Does what {@link resolveSettings} does, for a caller with more keys, which it has removed from the options.
 *
 * @param moreKeys the caller's own keys; the error about an unknown key lists them, too
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
  const address = monitoring.page ? LOOPBACK : ALL_INTERFACES;
  return withHiddenPasswords(
    monitoring.port === undefined
      ? settings
      : { ...settings, monitoring: { ...monitoring, address: monitoring.address ?? address } },
  );
}
