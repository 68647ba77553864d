import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
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
}

/** A process of a test, which collects what it prints. It is killed when the test ends. */
export class TestProcess {
  readonly lines: string[] = [];
  readonly exit: Promise<{ code: number | null; signal: string | null }>;
  errors = '';
  private waiting: (() => void)[] = [];

  private constructor(private readonly child: ChildProcess) {
    createInterface({ input: child.stdout! }).on('line', (line) => {
      this.lines.push(line);
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
  static app(name: string, env: Record<string, string>): TestProcess {
    return TestProcess.start(process.execPath, [`${ROOT}.build/apps/test/apps/${name}.app.js`], { env });
  }

  static start(command: string, args: readonly string[], options: ProcessOptions = {}): TestProcess {
    const { env, cwd, input } = options;
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: 'pipe' });
    // It may end without reading it.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    onTestFinished(() => void child.kill('SIGKILL'));
    return new TestProcess(child);
  }

  get pid(): number {
    return this.child.pid!;
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Resolves when so many lines have been printed. */
  whenLines(count: number): Promise<void> {
    return this.when(
      () => this.lines.length >= count,
      () => `after ${this.lines.length} of ${count} lines`,
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
