import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** The end of a command. */
export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** A running command. Its output is collected. */
export class RunningCommand {
  readonly lines: string[] = [];
  /** Resolves when it has ended, and all its output is collected. */
  readonly exit: Promise<Exit>;
  output = '';
  errors = '';
  private isOver = false;
  private waiting: (() => void)[] = [];

  /**
   * @param exit how the command ends
   * @param onLine called with each line on standard output
   */
  constructor(
    stdout: Readable,
    stderr: Readable,
    exit: Promise<Exit>,
    onLine: (line: string) => void = () => undefined,
  ) {
    createInterface({ input: stdout }).on('line', (line) => {
      this.lines.push(line);
      onLine(line);
      this.check();
    });
    stdout.on('data', (chunk: Buffer) => {
      this.output += chunk.toString();
      this.check();
    });
    stderr.on('data', (chunk: Buffer) => {
      this.errors += chunk.toString();
      this.check();
    });
    this.exit = Promise.all([exit, once(stdout, 'close'), once(stderr, 'close')]).then(([ended]) => {
      this.isOver = true;
      this.check();
      return ended;
    });
  }

  /** Resolves when this many lines have been printed. */
  whenLines(count: number): Promise<void> {
    return this.when(
      () => this.lines.length >= count,
      () => `after ${this.lines.length} of ${count} lines`,
    );
  }

  /** Resolves when it has printed something, also without a complete line. */
  whenText(text: string): Promise<void> {
    return this.when(
      () => this.output.includes(text),
      () => `without '${text}'`,
    );
  }

  /** Resolves when it has written something to its standard error. */
  whenErrors(text: string): Promise<void> {
    return this.when(
      () => this.errors.includes(text),
      () => `without '${text}'`,
    );
  }

  private when(isThere: () => boolean, how: () => string): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        if (!isThere() && !this.isOver) return;
        this.waiting = this.waiting.filter((other) => other !== check);
        if (isThere()) resolve();
        else reject(new Error(`The process ended ${how()}: ${this.errors}`));
      };
      this.waiting.push(check);
      check();
    });
  }

  private check(): void {
    for (const check of this.waiting) check();
  }
}
