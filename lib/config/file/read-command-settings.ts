import type { CommandSettings } from './command-settings.interface.js';
import { readConfigFile } from './config-file.js';

/**
 * Reads the command's settings from a configuration file. Missing settings have their defaults.
 *
 * @param configFile the path of a file, or true for the file that the Python library would read
 * @throws ConfigurationException when the file can't be read, or when a setting in it is wrong
 */
export function readCommandSettings(configFile: string | true): CommandSettings {
  return { callback: null, schemas: [], logConfig: {}, ...readConfigFile(configFile).command };
}
