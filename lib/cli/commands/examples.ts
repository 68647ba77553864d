import type { Command } from 'commander';

/** Adds examples to the end of a command's help: each is the text to type after `fedora-messaging`. */
export function addExamples(command: Command, ...examples: readonly string[]): Command {
  const heading = examples.length === 1 ? 'Example:' : 'Examples:';
  const lines = examples.map((example) => `  $ fedora-messaging ${example}`);
  return command.addHelpText('after', `\n${[heading, ...lines].join('\n')}`);
}
