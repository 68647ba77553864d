const CALL = /(?:^|[|&] )(?:\$ )?(?:\w+=\S+ )*(?:npx (?:--?\S+ (?:[^\s-]\S* )??)*?)?fedora-messaging (.*)$/gm;

/** The commands of a console block, with the lines that continue them after a backslash. */
export function commandsOf(block: string): string {
  return linesOf(block)
    .filter(({ isCommand }) => isCommand)
    .map(({ text }) => `${text}\n`)
    .join('');
}

/**
 * The arguments of each call of `fedora-messaging`: with `$ ` before it or without, by `npx` and its options, after
 * variables of the environment, and in a pipe. What a shell does with the output is left out.
 */
export function callsOf(block: string): string[] {
  const commands = block.replace(/\\\n\s*/g, '');
  return [...commands.matchAll(CALL)].map(([, args]) => args!.replace(/ +(?:[|>#]|2>|&&) ?.*$/, ''));
}

/** What `bash -v` prints when it runs the commands of a console block: each command, and then its output. */
export function transcriptOf(block: string): string {
  return linesOf(block)
    .map(({ text }) => `${text}\n`)
    .join('');
}

/** Whether a text is as expected. In the expected text, `…` stands for anything, and a line `…` for any lines. */
export function matches(text: string, expected: string): boolean {
  const pattern = expected
    .split(/(^…\n|…)/m)
    .map((part) =>
      part === '…\n' ? '(?:.*\n)*?' : part === '…' ? '.*' : part.replace(/[^\w\s]/g, String.raw`\$&`),
    )
    .join('');
  return new RegExp(`^${pattern}$`).test(text);
}

function linesOf(block: string): { text: string; isCommand: boolean }[] {
  let isContinued = false;
  return block
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => {
      const isCommand = isContinued || line.startsWith('$ ');
      const text = isCommand && !isContinued ? line.slice('$ '.length) : line;
      isContinued = isCommand && line.endsWith('\\');
      return { text, isCommand };
    });
}
