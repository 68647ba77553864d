import { ConfigurationException, oneLine, withoutPasswords } from '../exceptions/index.js';
import { type JsonSchema, JsonSchemaValidator } from '../json-schema/index.js';
import { suggestion } from './known-keys.js';
import { unencodable } from './encodable-topology.js';
import { FILE_SCHEMA, inFile, isOfCommand, OPTIONS_SCHEMA, TOPOLOGY_SCHEMA } from './settings.schema.js';
import { schemaOfFile } from './file/settings-names.js';
import type {
  BindingOptions,
  FedoraMessagingOptions,
  QueueOptions,
} from './fedora-messaging-options.interface.js';

const SCHEMA_IN_FILE = schemaOfFile(FILE_SCHEMA);
const asInCode = (setting: string): string => setting;

/** @throws ConfigurationException that names every wrong key as it is written in code. */
export function assertOptions(
  options: object,
  moreKeys: readonly string[],
): asserts options is FedoraMessagingOptions {
  const known = ['configFile', ...Object.keys(OPTIONS_SCHEMA.properties), ...moreKeys];
  assertValid(options, OPTIONS_SCHEMA, 'The options', known, asInCode);
}

/** @throws ConfigurationException that names every wrong key as it is written in the file. */
export function assertFileSettings(settings: object, file: string): void {
  assertValid(
    settings,
    SCHEMA_IN_FILE,
    `The configuration file ${file}`,
    Object.keys(FILE_SCHEMA.properties).map(inFile),
    inFile,
  );
}

/** @throws ConfigurationException that names every wrong key. */
export function assertTopology(
  topology: { queues?: Record<string, QueueOptions>; bindings?: BindingOptions[] },
  where: string,
): void {
  assertValid(topology, TOPOLOGY_SCHEMA, where, [], asInCode);
}

function assertValid(
  settings: object,
  schema: JsonSchema,
  where: string,
  known: string[],
  nameOf: (setting: string) => string,
): void {
  const failures = JsonSchemaValidator.of(schema).failures(settings, '', true);
  const problems =
    failures.length === 0
      ? unencodable(settings as Parameters<typeof unencodable>[0], nameOf)
      : failures
          .map(({ path, message }) => explain(path.slice(1).split('/').map(unescapePointer), message, known))
          .filter((problem, index, all) => all.indexOf(problem) === index);
  if (problems.length === 0) return;
  // A URL that was given to the wrong key is as secret as where it belongs.
  const text = withoutPasswords(problems.map((problem) => oneLine(problem)).join('; '));
  throw new ConfigurationException(`${where}: ${text}`);
}

function explain(path: string[], message: string, known: string[]): string {
  const key = path.map((segment) => segment || "''").join('.');
  const unknown = /^must not have the property '(.*)'$/s.exec(message);
  if (unknown) {
    const [, name = ''] = unknown;
    if (isOfCommand(name)) {
      return `'${name}' is a setting of the fedora-messaging command only: write it into the configuration file, as ${inFile(name)}`;
    }
    return `unknown key '${name}'${suggestion(name, known)}; the keys are ${known.join(', ')}`;
  }
  if (message === 'boolean schema is false') return `'${key}' is reserved: the library sets it`;
  const missing = /^must have required property '(.*)'$/.exec(message);
  if (missing) return `'${key}' lacks '${missing[1]}'`;
  if (message.startsWith('must match "then"')) return `'${key}' is incomplete`;
  return `'${key}' ${message}`;
}

function unescapePointer(segment: string): string {
  return segment.replaceAll('~1', '/').replaceAll('~0', '~');
}
