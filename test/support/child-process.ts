import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Writable } from 'node:stream';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Compiles the applications of test/apps, which run as processes of their own. */
export async function compileApps(): Promise<void> {
  await run('node_modules/.bin/tsc', ['-p', 'tsconfig.apps.json'], { cwd: ROOT });
}

/** How a process is started. */
export interface ProcessOptions {
  readonly env?: Record<string, string>;
  readonly cwd?: string;
  /** What it reads from its standard input, which is then at its end. Default: nothing. */
  readonly input?: string | Buffer;
  /** Whether more may be written to {@link TestProcess.input}. Default: false. */
  readonly isInputOpen?: boolean;
  /** Whether it gets signals together with the processes that it starts, as by Ctrl+C. Default: false. */
  readonly isGroup?: boolean;
  /** Told of each line that it prints. */
  readonly onLine?: ((line: string) => void) | undefined;
}

/** A process of a test, which collects what it prints. It is killed when the test ends. */
export class TestProcess {
  readonly lines: string[] = [];
  readonly exit: Promise<{ code: number | null; signal: string | null }>;
  output = '';
  errors = '';
  private waiting: (() => void)[] = [];

  private constructor(
    private readonly child: ChildProcess,
    private readonly isGroup: boolean,
    onLine: (line: string) => void = () => undefined,
  ) {
    createInterface({ input: child.stdout! }).on('line', (line) => {
      this.lines.push(line);
      onLine(line);
      for (const check of this.waiting) check();
    });
    child.stdout!.on('data', (chunk: Buffer) => {
      this.output += chunk.toString();
      for (const check of this.waiting) check();
    });
    child.stderr!.on('data', (chunk: Buffer) => {
      this.errors += chunk.toString();
      for (const check of this.waiting) check();
    });
    this.exit = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        resolve({ code, signal });
        for (const check of this.waiting) check();
      });
    });
  }

  /** Starts one of test/apps. */
  static app(name: string, env: Record<string, string>, onLine?: (line: string) => void): TestProcess {
    const app = `${ROOT}.build/apps/test/apps/${name}.app.js`;
    return TestProcess.start(process.execPath, [app], { env, onLine });
  }

  static start(command: string, args: readonly string[], options: ProcessOptions = {}): TestProcess {
    const { env, cwd, input, isInputOpen = false, isGroup = false, onLine } = options;
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: 'pipe',
      detached: isGroup,
    });
    // It may end without reading it.
    child.stdin.on('error', () => undefined);
    if (input !== undefined) child.stdin.write(input);
    if (!isInputOpen) child.stdin.end();
    const started = new TestProcess(child, isGroup, onLine);
    onTestFinished(() => started.kill('SIGKILL'));
    return started;
  }

  /** Starts one of test/apps, and resolves when it has printed a line: that it is ready. */
  static async started(...args: Parameters<typeof TestProcess.app>): Promise<TestProcess> {
    const app = TestProcess.app(...args);
    await app.whenLines(1);
    return app;
  }

  get input(): Writable {
    return this.child.stdin!;
  }

  kill(signal: NodeJS.Signals): void {
    const { pid, exitCode, signalCode } = this.child;
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    process.kill(this.isGroup ? -pid : pid, signal);
  }

  /** Resolves when so many lines have been printed. */
  whenLines(count: number): Promise<void> {
    return this.when(
      () => this.lines.length >= count,
      () => `after ${this.lines.length} of ${count} lines`,
    );
  }

  /** Resolves when it has printed something, also where no line has ended yet. */
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
        const isOver = this.child.exitCode !== null || this.child.signalCode !== null;
        if (!isThere() && !isOver) return;
        this.waiting = this.waiting.filter((other) => other !== check);
        if (isThere()) resolve();
        else reject(new Error(`The process ended ${how()}: ${this.errors}`));
      };
      this.waiting.push(check);
      check();
    });
  }
}
