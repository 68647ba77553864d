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

/** A process of a test, which collects what it prints. It is killed when the test ends. */
export class TestProcess {
  readonly lines: string[] = [];
  readonly exit: Promise<{ code: number | null; signal: string | null }>;
  errors = '';
  private waiting: (() => void)[] = [];

  private constructor(
    private readonly child: ChildProcess,
    onLine: (line: string) => void = () => undefined,
  ) {
    createInterface({ input: child.stdout! }).on('line', (line) => {
      this.lines.push(line);
      onLine(line);
      for (const check of this.waiting) check();
    });
    child.stderr!.on('data', (chunk: Buffer) => (this.errors += chunk.toString()));
    this.exit = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        resolve({ code, signal });
        for (const check of this.waiting) check();
      });
    });
  }

  /** Starts one of test/apps. */
  static app(name: string, env: Record<string, string>, onLine?: (line: string) => void): TestProcess {
    const child = spawn(process.execPath, [`${ROOT}.build/apps/test/apps/${name}.app.js`], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    return new TestProcess(child, onLine);
  }

  /** Starts one of test/apps, and resolves when it has printed a line: that it is ready. */
  static async started(...args: Parameters<typeof TestProcess.app>): Promise<TestProcess> {
    const app = TestProcess.app(...args);
    await app.whenLines(1);
    return app;
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Resolves when so many lines have been printed. */
  whenLines(count: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        const isThere = this.lines.length >= count;
        const isOver = this.child.exitCode !== null || this.child.signalCode !== null;
        if (!isThere && !isOver) return;
        this.waiting = this.waiting.filter((other) => other !== check);
        if (isThere) resolve();
        else
          reject(new Error(`The process ended after ${this.lines.length} of ${count} lines: ${this.errors}`));
      };
      this.waiting.push(check);
      check();
    });
  }
}
