import {
  bodySchemaOf,
  type MessageClass,
  MessageRegistry,
  messageTypeOf,
  severityName,
} from '../../../message/index.js';
import { CommandError } from '../../command-error.js';
import { prepare } from '../../environment.js';
import type { CommonOptions } from '../../commands/options/common-options.js';
import { print } from '../../output/standard-streams.js';
import { tableOf } from '../../output/table.js';

/** Lists the schemas, or prints the schema with the given name. */
export async function printSchemas(options: CommonOptions, name: string | undefined): Promise<void> {
  await prepare(options);
  const registry = new MessageRegistry().gather();
  await print(name === undefined ? listOf(registry) : schemaOf(registry, name));
}

function schemaOf(registry: MessageRegistry, name: string): string {
  const messageClass = registry.get(name);
  if (messageClass) return `${JSON.stringify(bodySchemaOf(messageClass), null, 2)}\n`;
  throw new CommandError(
    `There is no schema '${name}'; the known schemas are ${[...registry].map(([known]) => known).join(', ')}. --schemas imports others`,
  );
}

const HEAD = ['NAME', 'TOPIC', 'SEVERITY', 'PACKAGE', 'DEPRECATED', 'CLASS'];

function listOf(registry: MessageRegistry): string {
  const rows = [...registry].map(([name, messageClass]) => rowOf(name, messageClass)).sort(byName);
  return tableOf([HEAD, ...rows]);
}

function rowOf(name: string, messageClass: MessageClass): string[] {
  const { topic, severity, package: ofPackage, deprecated } = messageTypeOf(messageClass);
  return [
    name,
    topic || '-',
    severityName(severity),
    ofPackage ?? '-',
    deprecated ? 'yes' : 'no',
    messageClass.name,
  ];
}

function byName([a]: string[], [b]: string[]): number {
  return a! < b! ? -1 : 1;
}
