import { type Command, InvalidArgumentError, Option } from 'commander';
import type { DatagrepperQuery } from '../../../datagrepper/index.js';
import { microsecondsOf } from '../../../iso-time/index.js';
import { repeatable, wholeNumber } from './common-options.js';

type Values = readonly string[];

/** The options that say which messages of Datagrepper are meant. */
export interface QueryOptions {
  readonly topic?: Values;
  readonly category?: Values;
  readonly user?: Values;
  readonly package?: Values;
  readonly schema?: Values;
  readonly text?: Values;
  readonly notTopic?: Values;
  readonly notCategory?: Values;
  readonly notUser?: Values;
  readonly notPackage?: Values;
  readonly notSchema?: Values;
  readonly since?: Date | string;
  readonly until?: Date | string;
  readonly limit?: number;
}

/** The conditions with a value, and what their value is. */
const CONDITIONS = {
  topic: 'a whole topic, such as org.fedoraproject.prod.bodhi.update.comment',
  category: 'the fourth word of the topic, such as bodhi',
  user: 'a user whom the message concerns',
  package: 'a package that the message concerns',
  schema: 'a message schema; the messages of all schemas are read',
} as const;

/** The names of the conditions among the options. */
export const CONDITION_KEYS: readonly string[] = [
  'text',
  ...Object.keys(CONDITIONS).flatMap((name) => [name, `not${name[0]!.toUpperCase()}${name.slice(1)}`]),
];

/** Adds the options; each condition may be repeated, and one of its values must match. */
export function addQueryOptions(command: Command): Command {
  for (const [name, what] of Object.entries(CONDITIONS)) {
    command.option(`--${name} <${name}>`, `${what}; repeatable`, repeatable);
  }
  command.option(
    '--text <text>',
    'a text in the body; needs --topic or --category, and a time of at most eight months ago; repeatable',
    repeatable,
  );
  for (const name of Object.keys(CONDITIONS)) {
    command.option(`--not-${name} <${name}>`, `leaves out this ${name}; repeatable`, repeatable);
  }
  return command
    .addOption(
      new Option(
        '--since <time>',
        'when the first message was sent: how long ago, such as 90s, 30m, 2h, 7d, 4w, or a time, such as 2026-01-31 or 2026-01-31T12:00Z; local time without an offset (default: a day before --until)',
      ).argParser(timeOption),
    )
    .addOption(
      new Option('--until <time>', 'when the last message was sent (default: now)').argParser(timeOption),
    )
    .addOption(new Option('--limit <count>', 'ends after this number of messages').argParser(wholeNumber(1)));
}

export function queryOf(options: QueryOptions): DatagrepperQuery {
  const { topic, category, user, package: name, schema, text, since, until, limit } = options;
  const { notTopic, notCategory, notUser, notPackage, notSchema } = options;
  return {
    ...definedOf({ topic, category, user, package: name, schema, text, since, until, limit }),
    not: definedOf({
      topic: notTopic,
      category: notCategory,
      user: notUser,
      package: notPackage,
      schema: notSchema,
    }),
  };
}

/** Without the members that are undefined. */
function definedOf<T extends object>(object: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as never;
}

const UNITS_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};

/** The time that an option means: how long ago, or a time, in local time where it has no offset. */
function timeOption(value: string): Date | string {
  const [, count, unit = ''] = /^(\d{1,6})([smhdw])$/.exec(value) ?? [];
  if (count !== undefined) return new Date(Date.now() - Number(count) * UNITS_MS[unit]!);
  if (microsecondsOf(value) === undefined) {
    throw new InvalidArgumentError('It must be a time such as 2h, 2026-01-31 or 2026-01-31T12:00:00Z.');
  }
  if (/T.*(Z|[+-]\d\d(:?\d\d)?)$/i.test(value.replace(' ', 'T'))) return value;
  // JavaScript takes a date alone for UTC.
  return new Date(value.length > '2026-01-31'.length ? value.replace(' ', 'T') : `${value}T00:00`);
}
