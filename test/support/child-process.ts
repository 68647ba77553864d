import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { inject, onTestFinished } from 'vitest';
import { type Exit, RunningCommand } from './running-command.js';

/** The file of one of test/apps. */
export function appFile(name: string): string {
  return join(inject('appsFolder'), `${name}.js`);
}

/** How a process is started. */
export interface ProcessOptions {
  readonly env?: Record<string, string>;
  readonly cwd?: string;
  /** The text on its standard input, which ends after it. Default: nothing. */
  readonly input?: string | Buffer;
  /** Whether more may be written to {@link TestProcess.input}. Default: false. */
  readonly isInputOpen?: boolean;
  /** Whether it gets signals together with the processes that it starts, as by Ctrl+C. Default: false. */
  readonly isGroup?: boolean;
  /** Called with each line that it prints. */
  readonly onLine?: ((line: string) => void) | undefined;
}

/** A process of a test. It is killed when the test ends. */
export class TestProcess extends RunningCommand {
  private constructor(
    private readonly child: ChildProcess,
    private readonly isGroup: boolean,
    onLine?: (line: string) => void,
  ) {
    const exit = new Promise<Exit>((resolve) => {
      child.once('close', (code, signal) => resolve({ code, signal }));
    });
    super(child.stdout!, child.stderr!, exit, onLine);
  }

  /** Starts one of test/apps. */
  static app(name: string, env: Record<string, string>, onLine?: (line: string) => void): TestProcess {
    return TestProcess.start(process.execPath, [appFile(`${name}.app`)], { env, onLine });
  }

  static start(command: string, args: readonly string[], options: ProcessOptions = {}): TestProcess {
    const { env, cwd, input, isInputOpen = false, isGroup = false, onLine } = options;
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: 'pipe',
      detached: isGroup,
    });
    // It may end without reading its input.
    child.stdin.on('error', () => undefined);
    if (input !== undefined) child.stdin.write(input);
    if (!isInputOpen) child.stdin.end();
    const started = new TestProcess(child, isGroup, onLine);
    onTestFinished(() => started.kill('SIGKILL'));
    return started;
  }

  /** Starts one of test/apps, and resolves when it has printed a line, which says that it is ready. */
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
}
