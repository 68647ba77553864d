import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { InputOf, OutputOf, TaskReply, TaskRequest } from './contender/protocol.js';

/** A process that does tasks, one after the other: a line of JSON in, a line of JSON out. */
export class WorkerProcess<Tasks> {
  private lastId = 0;
  private pending: { resolve: (output: unknown) => void; reject: (error: Error) => void } | undefined;
  private readonly ended: Promise<void>;

  private constructor(
    private readonly module: string,
    private readonly child: ChildProcess,
  ) {
    createInterface({ input: child.stdout! }).on('line', (line) => this.onLine(line));
    this.ended = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        this.pending?.reject(new Error(`${module} ended in the middle (${signal ?? code})`));
        resolve();
      });
    });
  }

  /**
   * @param module the file of the main program
   * @param nodeOptions options of Node itself, for example `--expose-gc`
   */
  static start<Tasks>(module: string, nodeOptions: readonly string[] = []): WorkerProcess<Tasks> {
    const child = spawn(process.execPath, [...nodeOptions, module], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    return new WorkerProcess(module, child);
  }

  async do<Name extends keyof Tasks & string>(
    task: Name,
    input: InputOf<Tasks, Name>,
  ): Promise<OutputOf<Tasks, Name>> {
    const request: TaskRequest = { id: ++this.lastId, task, input };
    const output = await new Promise((resolve, reject) => {
      this.pending = { resolve, reject };
      this.child.stdin!.write(`${JSON.stringify(request)}\n`);
    });
    return output as OutputOf<Tasks, Name>;
  }

  /** Lets it end by itself, so that it writes its profiles. */
  async stop(): Promise<void> {
    this.child.stdin!.end();
    await this.ended;
  }

  /** Ends it in the middle of a task. */
  kill(): void {
    this.child.kill('SIGKILL');
  }

  private onLine(line: string): void {
    const { pending } = this;
    this.pending = undefined;
    try {
      const { output, error } = JSON.parse(line) as TaskReply;
      if (error === undefined) pending?.resolve(output);
      else pending?.reject(new Error(`${this.module}: ${error}`));
    } catch {
      pending?.reject(new Error(`${this.module} prints what is no reply: ${line}`));
    }
  }
}
