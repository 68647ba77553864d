import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { CommandProject } from '../support/command-project.js';
import { RawClient } from '../support/shared-rabbitmq.js';

/** A callback that reports on standard output what happens to a line on standard error. */
const CALLBACK = `
import { HaltConsumer } from 'nestjs-fedora-messaging';
export async function onMessage(message) {
  await new Promise((resolve) =>
    process.stderr.write('a line of the callback', (error) => {
      console.log(message.body.n, error?.code);
      resolve();
    }),
  );
  if (message.body.n === 5) throw new HaltConsumer();
}
`;

describe("a consumer goes on when its log can't be written:", () => {
  it.each([
    ['the disk of a file is full', 'ENOSPC', () => openSync('/dev/full', 'w')],
    ['nobody reads the pipe any more', 'EPIPE', () => 'pipe' as const],
  ])('%s', async (_, code, open) => {
    const raw = await RawClient.open();
    const queue = await raw.queue('');
    for (let n = 1; n <= 5; n++) raw.send(queue, JSON.stringify({ n }));
    const project = new CommandProject();
    project.configure({ queue });
    project.write('consumer.js', CALLBACK);
    const outlet = open();
    const main = join(inject('packageFolder'), 'dist/cli/main.js');
    const args = [main, '--conf', 'config.toml', 'consume', '--callback', './consumer.js:onMessage'];
    const command = spawn(process.execPath, args, { cwd: project.folder, stdio: ['ignore', 'pipe', outlet] });
    onTestFinished(() => void command.kill('SIGKILL'));
    if (typeof outlet === 'number') closeSync(outlet);
    command.stderr?.destroy();
    const output = text(command.stdout!);
    const exit = new Promise((resolve) => command.once('close', resolve));
    expect(await output).toBe([1, 2, 3, 4, 5].map((n) => `${n} ${code}\n`).join(''));
    expect(await exit).toBe(0);
    expect(await raw.count(queue)).toBe(0);
  });
});
