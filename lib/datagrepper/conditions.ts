import { ConfigurationException } from '../exceptions/index.js';
import { SCHEMA_HEADER } from '../message/index.js';
import type { DatagrepperFilter, DatagrepperQuery, OneOrMore } from './datagrepper-query.interface.js';
import type { ArchivedMessage } from './page.js';

/** The conditions that Datagrepper looks at itself. */
const FILTERS = ['topic', 'category', 'user', 'package'] as const;

/**
 * The parameters for the conditions of a query.
 *
 * @throws ConfigurationException when a topic is a pattern
 */
export function conditionsOf(query: DatagrepperQuery): URLSearchParams {
  const { text, not = {} } = query;
  const parameters = new URLSearchParams();
  for (const name of FILTERS) {
    for (const value of listOf(query[name])) parameters.append(name, value);
    for (const value of listOf(not[name])) parameters.append(`not_${name}`, value);
  }
  for (const value of listOf(text)) parameters.append('contains', value);
  assertWholeTopics([...listOf(query.topic), ...listOf(not.topic)]);
  return parameters;
}

/** Whether a message has the schema that the query asks for. */
export function hasWantedSchema(
  { headers }: ArchivedMessage,
  { schema: wanted, not: { schema: unwanted } = {} }: DatagrepperFilter & { not?: DatagrepperFilter },
): boolean {
  const schema = headers[SCHEMA_HEADER] as string;
  return (wanted === undefined || listOf(wanted).includes(schema)) && !listOf(unwanted).includes(schema);
}

function assertWholeTopics(topics: readonly string[]): void {
  const pattern = topics.find((topic) => /[*#]/.test(topic));
  if (pattern === undefined) return;
  throw new ConfigurationException(
    `Datagrepper: the topic '${pattern}' must be a whole topic, because Datagrepper knows no * and #; the category, such as bodhi, finds all topics of an application`,
  );
}

function listOf(values: OneOrMore | undefined): readonly string[] {
  if (values === undefined) return [];
  return typeof values === 'string' ? [values] : values;
}
