import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { TestProcess } from '../support/child-process.js';
import { run } from './support/user-project.js';

describe('an application made by `fedora-messaging new`', () => {
  let application: string;

  beforeAll(async () => {
    const folder = join(inject('userFolder'), 'new');
    mkdirSync(folder);
    const npm = (args: readonly string[], cwd = folder) =>
      run('npm', [...args, '--prefer-offline', '--no-audit', '--no-fund'], { cwd });
    await npm(['install', '--prefix', 'starter', inject('tarball')]);
    await run('starter/node_modules/.bin/fedora-messaging', ['new', 'hello'], { cwd: folder });
    application = join(folder, 'hello');
    // The registry does not have this version yet.
    const manifest = join(application, 'package.json');
    const text = readFileSync(manifest, 'utf8');
    writeFileSync(
      manifest,
      text.replace(/("nestjs-fedora-messaging": ").*"/, `$1file:${inject('tarball')}"`),
    );
    await npm(['install'], application);
  });

  it('passes its tests', async () => {
    const { stdout } = await run('npm', ['test'], { cwd: application });
    expect(stdout).toMatch(/pass 3\n/);
  });

  it('runs as in its Dockerfile, without development dependencies, and ends with its last message', async () => {
    const dockerfile = readFileSync(join(application, 'Dockerfile'), 'utf8');
    const [, build] = /^RUN (npm run build .*)$/m.exec(dockerfile)!;
    const [, command] = /^CMD (\[.*\])$/m.exec(dockerfile)!;
    await run('bash', ['-ec', build!], { cwd: application });
    const [, ...args] = JSON.parse(command!) as string[];
    const started = TestProcess.start(process.execPath, args, { cwd: application });
    expect(await started.exit).toEqual({ code: 0, signal: null });
    expect(started.output).toContain('Hello, Fedora!\n');
  });
});
