import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { afterAll, inject, onTestFinished } from 'vitest';
import type { HostedEvent, HostedStart } from '../apps/command-host.app.js';
import { appFile } from './child-process.js';
import { type Exit, RunningCommand } from './running-command.js';

/** A `fedora-messaging` command in a process that runs other commands, too. */
export class HostedCommand extends RunningCommand {
  constructor(
    private readonly host: ChildProcess,
    start: HostedStart,
    onExit: (isClean: boolean) => void,
  ) {
    const streams = { stdout: new PassThrough(), stderr: new PassThrough() };
    const exit = new Promise<Exit>((resolve) => {
      const end = (ended: Exit, isClean: boolean): void => {
        for (const event of ['message', 'close']) host.removeAllListeners(event);
        host.stderr!.removeAllListeners('data');
        for (const stream of Object.values(streams)) stream.end();
        onExit(isClean);
        resolve(ended);
      };
      host.on('message', (event: HostedEvent) => {
        if (event.type === 'exit') end({ code: event.code, signal: null }, event.isClean);
        else streams[event.type].write(event.text);
      });
      host.stderr!.on('data', (chunk: Buffer) => streams.stderr.write(chunk));
      host.on('close', (code, signal) => end({ code, signal }, false));
    });
    super(streams.stdout, streams.stderr, exit);
    host.send(start);
  }

  kill(signal: 'SIGTERM' | 'SIGINT'): void {
    this.host.kill(signal);
  }
}

let host: ChildProcess | undefined;
let isBusy = false;
afterAll(() => void host?.kill('SIGKILL'));

/**
 * Runs the command in a process that the commands of a test file share, one after another: loading Nest takes most of a
 * second. A host runs no further command after a command that has left something behind.
 */
export function runHosted(start: HostedStart): HostedCommand {
  if (isBusy) throw new Error('A hosted command still runs: start one of the two in a process of its own');
  if (!host?.connected) host = startHost();
  const own = host;
  isBusy = true;
  const command = new HostedCommand(own, start, (isClean) => {
    isBusy = false;
    if (isClean) return;
    host = undefined;
    own.kill('SIGKILL');
  });
  onTestFinished(async () => {
    if (isBusy) own.kill('SIGKILL');
    await command.exit;
  });
  return command;
}

function startHost(): ChildProcess {
  const program = pathToFileURL(join(inject('packageFolder'), 'dist/cli/program.js')).href;
  return fork(appFile('command-host.app'), [program], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'advanced',
  });
}
