import { type Command, CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { defineProgram } from '../../../lib/cli/commands/define-program.js';

/** Every command below one, with the words that name it. */
function commandsIn(parent: Command, words = ''): [string, Command][] {
  return parent.commands.flatMap((command) => {
    const name = `${words} ${command.name()}`.trim();
    return [[name, command], ...commandsIn(command, name)] as [string, Command][];
  });
}

const NAMES = commandsIn(defineProgram(() => undefined)).map(([name]) => name);

/** The output of `fedora-messaging ARGS`, which runs nothing here. */
function printed(...args: string[]): string {
  let text = '';
  const program = defineProgram(() => undefined);
  for (const command of [program, ...commandsIn(program).map(([, below]) => below)]) {
    command.configureOutput({ writeOut: (more) => (text += more), writeErr: (more) => (text += more) });
  }
  try {
    program.parse(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
  }
  return text;
}

/** The examples in a help, each split as a shell does. */
function examplesIn(help: string): string[][] {
  return [...help.matchAll(/\$ (.*)$/gm)].map(([, line]) =>
    (/(fedora-messaging .*)$/.exec(line!)![1]!.match(/'[^']*'|\S+/g) ?? []).map((word) =>
      word.replaceAll("'", ''),
    ),
  );
}

/** Parses a command line, and runs nothing. @returns the sub-command that would have run */
function parsed(words: string[]): string | undefined {
  const program = defineProgram(() => undefined);
  let run: string | undefined;
  for (const [name, command] of commandsIn(program)) command.action(() => void (run = name));
  program.parse(words.slice(1), { from: 'user' });
  return run;
}

describe('the help of the command', () => {
  it('tells a newcomer in its first lines where to begin', () => {
    const help = printed('--help');
    const firstLines = help.split('\n').slice(0, 10);
    expect(firstLines[0]).toBe('Usage: fedora-messaging [options] [command]');
    expect(firstLines.join('\n')).toContain('First steps');
    expect(examplesIn(firstLines.join('\n')).map(parsed)).toEqual(['consume', 'publish']);
  });

  it('warns that other users can see a password in an option', () => {
    expect(printed('--help').replace(/\s+/g, ' ')).toContain(
      'Other users of this machine can see it, with its password, in the list of processes',
    );
  });

  it.each(NAMES)('has the global options: %s', (name) => {
    const help = printed(...name.split(' '), '--help');
    const globals = defineProgram(() => undefined).options.map(({ long }) => long!);
    expect(globals).toContain('--amqp-url');
    for (const option of globals) expect(help).toContain(option);
  });

  it.each(NAMES)('has examples that the command understands: %s', (name) => {
    const examples = examplesIn(printed(...name.split(' '), '--help'));
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) expect(parsed(example)).toMatch(new RegExp(`^${name}`));
  });
});

describe('a wrong command line is reported with its fault, the place, and the right form', () => {
  it.each<[string, string[], string[]]>([
    [
      'a count that is not a number',
      ['record', '--limit', 'x3', 'f'],
      ['--limit', "'x3'", 'whole number of at least 1'],
    ],
    ['an unknown choice', ['--log-format', 'xml', 'schemas'], ['--log-format', "'xml'", 'text, json']],
    ['an unknown level', ['--log-level', 'loud', 'schemas'], ['--log-level', "'loud'", 'critical']],
    ['a missing argument', ['publish'], ["'file'", 'for help: "fedora-messaging publish --help"']],
    ['an argument too many', ['publish', 'a', 'b'], ["'publish'", 'Expected 1', 'publish --help']],
    ['an option without its value', ['--conf'], ['--conf <file>', 'argument missing']],
    ['a misspelt option', ['consume', '--queue-nam', 'q'], ["'--queue-nam'", '--queue-name']],
    ['a misspelt command', ['consum'], ["'consum'", 'consume']],
    [
      'a missing folder',
      ['schemas', 'import', 'a'],
      ['--out <folder>', 'fedora-messaging schemas import --help'],
    ],
    ['a missing option', ['asyncapi'], ['--app <module:class>', 'not specified']],
    [
      'options that exclude each other',
      ['consume', '--app', 'a:b', '--exchange', 'e'],
      ['--app', '--exchange'],
    ],
  ])('%s', (_, args, said) => {
    const answer = printed(...args);
    for (const text of said) expect(answer).toContain(text);
  });

  it.each([
    [['--amqp-ulr=amqp://bob:s3cret@host', 'consume']],
    [['consume', '--limit=amqp://bob:s3cret@host']],
    [['publish', 'f', 'amqp://bob:s3cret@host']],
    [['amqp://bob:s3cret@host']],
    [['record', '--limit', 'amqp://bob:s3cret@host', 'f']],
  ])('and without the password of a URL: %j', (args) => {
    const answer = printed(...args);
    expect(answer).toContain('error:');
    expect(answer).not.toContain('s3cret');
  });
});
