import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The code blocks of a section of the README, in order. */
function blocksOf(section: string): string[] {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const [, text = ''] = readme.split(`\n## ${section}\n`);
  const [ofSection] = text.split('\n## ');
  return [...ofSection!.matchAll(/^```\w+\n([^]*?)^```$/gm)].map(([, block]) => block!);
}

it('the first application of the README is set up, compiled and run as it is written there', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fedora-messaging-first-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  await run('npm', ['pack', '--pack-destination', folder], { cwd: ROOT });
  const tarball = join(
    folder,
    readdirSync(folder).find((name) => name.endsWith('.tgz'))!,
  );
  const project = join(folder, 'first');
  mkdirSync(join(project, 'src'), { recursive: true });

  const [setUp, tsconfig, main, start] = blocksOf('A first application');
  writeFileSync(join(project, 'tsconfig.json'), tsconfig!);
  writeFileSync(join(project, 'src/main.ts'), main!);
  const commands = `${setUp!.replace('install nestjs-fedora-messaging', `install ${tarball}`)}\n${start}`;
  const { stdout } = await run('bash', ['-e', '-c', commands], { cwd: project });
  expect(stdout).toContain('\nHello, Fedora!\n');
});
