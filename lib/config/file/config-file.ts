import { isUtf8 } from 'node:buffer';
import { existsSync, readFileSync } from 'node:fs';
import { parse, TomlError } from 'smol-toml';
import { ConfigurationException } from '../../exceptions/index.js';
import type { CommandSettings } from './command-settings.interface.js';
import type { FedoraMessagingSettings } from '../fedora-messaging-settings.js';
import { FILE_SCHEMA, isOfCommand } from '../settings.schema.js';
import { namedAsInCode } from './settings-names.js';
import { assertFileSettings } from '../validate-settings.js';

/** The settings of a configuration file, by their names in code. */
interface ConfigFile {
  readonly settings: Partial<FedoraMessagingSettings>;
  /** The settings that only the command uses. */
  readonly command: Partial<CommandSettings>;
}

/** The path of the configuration file that the Python library reads. */
export function defaultConfigFile(): string {
  return process.env['FEDORA_MESSAGING_CONF'] ?? '/etc/fedora-messaging/config.toml';
}

/**
 * Reads a configuration file. With `true`, it reads the file that the Python library reads; when that file is missing,
 * it returns no settings.
 *
 * @throws ConfigurationException when the file cannot be read or parsed, or when a setting in it is wrong.
 */
export function readConfigFile(configFile: string | true): ConfigFile {
  const file = configFile === true ? defaultConfigFile() : configFile;
  if (configFile === true && !existsSync(file)) return { settings: {}, command: {} };
  let toml: Buffer;
  try {
    toml = readFileSync(file);
  } catch (error) {
    throw new ConfigurationException(
      `The configuration file ${file} can't be read: ${(error as Error).message}`,
      { cause: error },
    );
  }
  if (!isUtf8(toml)) throw new ConfigurationException(`The configuration file ${file} is not UTF-8`);
  return parseConfig(toml.toString('utf8'), file);
}

/**
 * Parses and checks a configuration file's text.
 *
 * @throws ConfigurationException when the text cannot be parsed, or when a setting in it is wrong.
 */
function parseConfig(toml: string, file: string): ConfigFile {
  let settings: Record<string, unknown>;
  try {
    // TOML lets its readers choose the line ending within a text. Python's reader makes it `\n`.
    settings = parse(toml.replaceAll('\r\n', '\n'), { integersAsBigInt: 'asNeeded' });
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    // The error is not the cause: it quotes the lines around, which may contain the password of `amqp_url`.
    throw new ConfigurationException(
      `The configuration file ${file} is not valid TOML at line ${error.line}, column ${error.column}: ${error.message.split('\n')[0]}`,
    );
  }
  settings = Object.fromEntries(Object.entries(settings).map(([key, value]) => [key.toLowerCase(), value]));
  assertFileSettings(settings, file);
  const named = Object.entries(namedAsInCode(settings, FILE_SCHEMA) as object);
  return {
    settings: Object.fromEntries(named.filter(([name]) => !isOfCommand(name))),
    command: Object.fromEntries(named.filter(([name]) => isOfCommand(name))),
  };
}
