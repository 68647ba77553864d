import type { Command } from 'commander';

/** Ends the help of a command with examples: each is what to type after `fedora-messaging`. */
export function addExamples(command: Command, ...examples: readonly string[]): Command {
  const heading = examples.length === 1 ? 'Example:' : 'Examples:';
  const lines = examples.map((example) => `  $ fedora-messaging ${example}`);
  return command.addHelpText('after', `\n${[heading, ...lines].join('\n')}`);
}
