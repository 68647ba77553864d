import { type Command, InvalidArgumentError, Option } from 'commander';
import { LOG_LEVEL_NAMES } from '../../output/log-levels.js';

/** The options that every command has. */
export interface CommonOptions {
  readonly conf?: string;
  readonly amqpUrl?: readonly string[];
  readonly schemas?: readonly string[];
  readonly logLevel?: string;
  readonly logFormat: 'text' | 'json';
}

/** Adds the options that every command has. */
export function addCommonOptions(program: Command): Command {
  return program
    .addOption(
      new Option(
        '--conf <file>',
        'the configuration file (default: /etc/fedora-messaging/config.toml, if it exists)',
      ).env('FEDORA_MESSAGING_CONF'),
    )
    .option(
      '--amqp-url <url>',
      'the broker, instead of the configured one: amqp[s]://USER:PASSWORD@HOST:PORT/VHOST; repeatable, for the nodes of a cluster. Other users of this machine can see it, with its password, in the list of processes: keep passwords in the configuration file',
      repeatable,
    )
    .option('--schemas <module>', 'a package or file of message classes to import; repeatable', repeatable)
    .option(
      '--log-level <level>',
      `the lowest level that is logged: ${LOG_LEVEL_NAMES.join(', ')}`,
      oneOf(LOG_LEVEL_NAMES),
    )
    .addOption(
      new Option('--log-format <format>', 'the format of the log').choices(['text', 'json']).default('text'),
    );
}

/** Collects the values of an option that may be repeated. */
export function repeatable(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** A parser for one of several words, in upper or lower case. */
export function oneOf(words: readonly string[]): (value: string) => string {
  return (value) => {
    const word = value.toLowerCase();
    if (words.includes(word)) return word;
    throw new InvalidArgumentError(`Allowed choices are ${words.join(', ')}.`);
  };
}

/** A parser for a whole number that is at least `least`. */
export function wholeNumber(least: number): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (/^\d+$/.test(value) && Number.isSafeInteger(number) && number >= least) return number;
    throw new InvalidArgumentError(`It must be a whole number of at least ${least}.`);
  };
}
