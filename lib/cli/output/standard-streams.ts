import { statusLine } from './status-line.js';

/** Whether to use colours: the stream is a terminal, and the user allows them (https://no-color.org). */
export function isColourful(stream: NodeJS.WriteStream): boolean {
  // isTTY is undefined for other streams than terminals.
  return Boolean(stream.isTTY) && !process.env['NO_COLOR'];
}

/** Prints to standard output; resolves when the text has been written. */
export function print(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const write = (): void => void process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
    // On a terminal, the text shares the screen with the status line.
    if (process.stdout.isTTY) statusLine.printAbove(write);
    else write();
  });
}

/** Resolves when all output and logs are written; a pipe may take time. */
export async function flushed(): Promise<void> {
  await Promise.all(
    [process.stdout, process.stderr].map(
      (stream) => new Promise<void>((resolve) => stream.write('', () => resolve())),
    ),
  );
}
