import { ConfigurationException, oneLine, withoutPasswords } from '../exceptions/index.js';
import { type JsonSchema, JsonSchemaValidator } from '../json-schema/index.js';
import { suggestion } from './known-keys.js';
import { unencodable } from './encodable-topology.js';
import {
  FILE_SCHEMA,
  inFile,
  isOfCommand,
  OPTIONS_SCHEMA,
  PAGE_SCHEMA,
  TOPOLOGY_SCHEMA,
} from './settings.schema.js';
import { schemaOfFile } from './file/settings-names.js';
import type { BindingOptions, ConsumerTopology } from './consumer-topology.interface.js';
import type { FedoraMessagingOptions } from './fedora-messaging-options.interface.js';
import type { PageOptions } from './page-options.interface.js';
import { withoutUndefined } from './without-undefined.js';

const SCHEMA_IN_FILE = schemaOfFile(FILE_SCHEMA);
const asInCode = (setting: string): string => setting;

/** @throws ConfigurationException that names every wrong key, as written in code. */
export function assertOptions(
  options: object,
  moreKeys: readonly string[],
): asserts options is FedoraMessagingOptions {
  assertValid(options, OPTIONS_SCHEMA, 'The options', asInCode, ['configFile', ...moreKeys]);
}

/** @throws ConfigurationException that names every wrong key, as written in the file. */
export function assertFileSettings(settings: object, file: string): void {
  assertValid(settings, SCHEMA_IN_FILE, `The configuration file ${file}`, inFile);
}

/** @throws ConfigurationException that names every wrong key. */
export function assertTopology(
  topology: Pick<ConsumerTopology, 'queues' | 'consumeArguments'> & { bindings?: BindingOptions[] },
  where: string,
): void {
  assertValid(topology, TOPOLOGY_SCHEMA, where, asInCode);
}

/**
 * Checks the options of a page, except that functions are functions.
 *
 * @param where the subject of the error text, such as `FedoraMessagingPageModule.forRoot()`
 * @throws ConfigurationException that names every wrong key.
 */
export function assertPage(page: PageOptions, where: string): void {
  assertValid(withoutUndefined(page), PAGE_SCHEMA, where, asInCode);
}

function assertValid(
  settings: object,
  schema: JsonSchema,
  where: string,
  nameOf: (setting: string) => string,
  moreKeys: readonly string[] = [],
): void {
  const failures = JsonSchemaValidator.of(schema).failures(settings, '', true);
  const problems =
    failures.length === 0
      ? unencodable(settings as Parameters<typeof unencodable>[0], nameOf)
      : failures
          .map(({ path, message }) => {
            const keys = path.split('/').slice(1).map(unescapePointer);
            return explain(keys, message, [...keysAt(schema, keys), ...(keys.length === 0 ? moreKeys : [])]);
          })
          .filter((problem, index, all) => all.indexOf(problem) === index);
  if (problems.length === 0) return;
  // A URL under a wrong key contains the same password.
  const text = withoutPasswords(problems.map((problem) => oneLine(problem)).join('; '));
  throw new ConfigurationException(`${where}: ${text}`);
}

function explain(path: string[], message: string, known: string[]): string {
  const key = path.map((segment) => segment || "''").join('.');
  const unknown = /^must not have the property '(.*)'$/s.exec(message);
  if (unknown) {
    const [, name = ''] = unknown;
    if (path.length === 0 && isOfCommand(name)) {
      return `'${name}' is a setting of the fedora-messaging command only: write it into the configuration file, as ${inFile(name)}`;
    }
    return `unknown key '${[...path, name].join('.')}'${suggestion(name, known)}; the keys are ${known.join(', ')}`;
  }
  if (message === 'boolean schema is false') return `'${key}' is reserved: the library sets it`;
  const missing = /^must have required property '(.*)'$/.exec(message);
  if (missing) return `'${key}' lacks '${missing[1]}'`;
  if (message.startsWith('must match "then"')) return `'${key}' is incomplete`;
  return `'${key}' ${message}`;
}

/** The keys that the schema allows for the object at a path. */
function keysAt(schema: JsonSchema, path: readonly string[]): string[] {
  let at = schema;
  for (const key of path) {
    const { properties = {}, additionalProperties, items } = at as Record<string, Record<string, JsonSchema>>;
    at = properties[key] ?? additionalProperties ?? items ?? {};
  }
  return Object.keys(at['properties'] ?? {});
}

function unescapePointer(segment: string): string {
  return segment.replaceAll('~1', '/').replaceAll('~0', '~');
}
