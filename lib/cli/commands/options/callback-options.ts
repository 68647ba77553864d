import type { Command } from 'commander';

/** The options that name the callback. */
export interface CallbackOptions {
  readonly callback?: string;
  readonly callbackFile?: string;
}

export function addCallbackOptions(command: Command): Command {
  return command
    .option(
      '--callback <module:export>',
      'a function, or a class or object with a handle(message) method, from a package or file (ESM, CommonJS or TypeScript)',
    )
    .option(
      '--callback-file <file#export>',
      'the same, from a file (default: its default export); takes precedence over --callback',
    );
}
