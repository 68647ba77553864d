import {
  type FieldTable,
  fieldTable,
  FieldTableError,
  isName,
  MAX_NAME,
  sizeOfTable,
} from '../field-tables/index.js';

/** The most bytes that amqplib can write for the arguments of one declaration. */
const MAX_ARGUMENTS = 65_536;
/** How many characters of a too long name are shown; enough to find the name. */
const SHOWN_NAME_LENGTH = 40;

/** The settings that are sent to the broker, by their names in the file or in code. */
interface Declared extends Topology {
  readonly exchanges?: Readonly<Record<string, DeclaredExchange>>;
  readonly topologies?: Readonly<Record<string, Topology>>;
  readonly [setting: string]: unknown;
}

interface DeclaredExchange {
  readonly type?: string;
  readonly arguments?: FieldTable;
  readonly bindings?: readonly Readonly<Record<string, unknown>>[];
}

interface Topology {
  readonly queues?: Readonly<Record<string, { readonly arguments?: FieldTable }>>;
  readonly bindings?: readonly Readonly<Record<string, unknown>>[];
  readonly [setting: string]: unknown;
}

/** The problems of valid settings that AMQP can't carry, each with its path. */
export function unencodable(settings: Declared, nameOf: (setting: string) => string): string[] {
  const { exchanges = {}, topologies = {} } = settings;
  const own = ['publishExchange', 'topicPrefix'].map(nameOf);
  const clientProperties = nameOf('clientProperties');
  return [
    ...own.flatMap((key) => nameProblems(key, settings[key])),
    ...tableProblems(clientProperties, settings[clientProperties]),
    ...Object.entries(exchanges).flatMap(([name, { type, arguments: args, bindings = [] }]) => {
      const path = `exchanges.${shown(name)}`;
      return [
        ...nameProblems(path, name),
        ...nameProblems(`${path}.type`, type),
        ...tableProblems(`${path}.arguments`, args),
        ...bindings.flatMap((binding, index) =>
          bindingProblems(`${path}.bindings.${index}`, binding, nameOf('routingKeys')),
        ),
      ];
    }),
    ...topologyProblems('', settings, nameOf),
    ...Object.entries(topologies).flatMap(([name, topology]) =>
      topologyProblems(`topologies.${shown(name)}.`, topology, nameOf),
    ),
  ];
}

function topologyProblems(within: string, topology: Topology, nameOf: (setting: string) => string): string[] {
  const { queues = {}, bindings = [] } = topology;
  const consumeArguments = nameOf('consumeArguments');
  return [
    ...Object.entries(queues).flatMap(([name, { arguments: args }]) => {
      const path = `${within}queues.${shown(name)}`;
      return [...nameProblems(path, name), ...tableProblems(`${path}.arguments`, args)];
    }),
    ...bindings.flatMap((binding, index) =>
      bindingProblems(`${within}bindings.${index}`, binding, nameOf('routingKeys')),
    ),
    ...tableProblems(`${within}${consumeArguments}`, topology[consumeArguments]),
  ];
}

function bindingProblems(
  path: string,
  binding: Readonly<Record<string, unknown>>,
  routingKeys: string,
): string[] {
  return [
    ...nameProblems(`${path}.queue`, binding['queue']),
    ...nameProblems(`${path}.exchange`, binding['exchange']),
    ...(binding[routingKeys] as string[]).flatMap((key, index) =>
      nameProblems(`${path}.${routingKeys}.${index}`, key),
    ),
    ...tableProblems(`${path}.arguments`, binding['arguments']),
  ];
}

function nameProblems(path: string, name: unknown): string[] {
  if (typeof name !== 'string' || isName(name)) return [];
  return [`'${path}' has ${Buffer.byteLength(name)} bytes, but AMQP allows at most ${MAX_NAME}`];
}

function tableProblems(path: string, table: unknown): string[] {
  if (table === undefined) return [];
  try {
    const size = sizeOfTable(fieldTable(table as FieldTable));
    return size <= MAX_ARGUMENTS
      ? []
      : [`'${path}' takes ${size} bytes, but there is room for ${MAX_ARGUMENTS} in a declaration`];
  } catch (error) {
    if (!(error instanceof FieldTableError)) throw error;
    return [`'${[path, ...error.path.map(shown)].join('.')}' ${error.problem}`];
  }
}

function shown(name: string): string {
  return name.length <= MAX_NAME ? name || "''" : `${name.slice(0, SHOWN_NAME_LENGTH)}…`;
}
