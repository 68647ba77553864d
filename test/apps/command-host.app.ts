import { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';

/** How long the sockets of a command may take to close. */
const MAX_WAITS = 100;
const WAIT_MS = 2;

/** A command for the host to run. */
export interface HostedStart {
  readonly args: readonly string[];
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The text on its standard input. */
  readonly input: string | Buffer;
}

/** A report of the host about its command. */
export type HostedEvent =
  | { readonly type: 'stdout' | 'stderr'; readonly text: string }
  /** @property isClean whether the command has left no connection and no timer behind */
  | { readonly type: 'exit'; readonly code: number; readonly isClean: boolean };

/** The program of the `fedora-messaging` command, as in its main file. */
const { run } = (await import(process.argv[2]!)) as { run: (argv: readonly string[]) => Promise<void> };

for (const type of ['stdout', 'stderr'] as const) {
  process[type].write = (text: string | Uint8Array, ...rest: unknown[]) => {
    tell({ type, text: text.toString() });
    const onWritten = rest.at(-1);
    if (typeof onWritten === 'function') process.nextTick(onWritten);
    return true;
  };
}

process.on('disconnect', process.exit);
process.on('message', (start: HostedStart) => void runCommand(start));
const ownResources = process.getActiveResourcesInfo().length;

async function runCommand({ args, folder, env, input }: HostedStart): Promise<void> {
  process.chdir(folder);
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  Object.assign(process.env, env);
  Object.defineProperty(process, 'stdin', { value: Readable.from([Buffer.from(input)]) });
  const code = await new Promise<number>((resolve) => {
    process.exit = resolve as typeof process.exit;
    void run([process.execPath, 'fedora-messaging', ...args]);
  });
  for (const signal of ['SIGTERM', 'SIGINT']) process.removeAllListeners(signal);
  for (const stream of [process.stdout, process.stderr]) stream.removeAllListeners('error');
  tell({ type: 'exit', code, isClean: await isClean() });
}

/** A socket that is closed here waits for the other side. */
async function isClean(): Promise<boolean> {
  for (let waits = 0; waits < MAX_WAITS; waits++) {
    if (process.getActiveResourcesInfo().length <= ownResources) return true;
    await setTimeout(WAIT_MS);
  }
  return false;
}

function tell(event: HostedEvent): void {
  process.send!(event);
}
