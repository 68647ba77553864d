import { statusLine } from './status-line.js';

/** Whether a stream is a terminal that the user wants colours on (https://no-color.org). */
export function isColourful(stream: NodeJS.WriteStream): boolean {
  // Where it is not a terminal, isTTY is undefined.
  return Boolean(stream.isTTY) && !process.env['NO_COLOR'];
}

/** Prints for the user or the next program; resolves when it has been written. */
export function print(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const write = (): void => void process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
    // On a terminal, what is printed comes where the status line is.
    if (process.stdout.isTTY) statusLine.printAbove(write);
    else write();
  });
}

/** Resolves when what has been printed and logged is out: a pipe takes its time. */
export async function flushed(): Promise<void> {
  await Promise.all(
    [process.stdout, process.stderr].map(
      (stream) => new Promise<void>((resolve) => stream.write('', () => resolve())),
    ),
  );
}
