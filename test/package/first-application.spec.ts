import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, it } from 'vitest';
import { ROOT } from './support/checkout.js';
import { run } from './support/user-project.js';

/** The code blocks of a section of the README, in order. */
function blocksOf(section: string): string[] {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const [, text = ''] = readme.split(`\n## ${section}\n`);
  const [ofSection] = text.split('\n## ');
  return [...ofSection!.matchAll(/^```\w+.*\n([^]*?)^```$/gm)].map(([, block]) => block!);
}

it('the first application of the README works as it is written there: set-up, compilation, run', async () => {
  const project = join(inject('userFolder'), 'first-application');
  mkdirSync(join(project, 'src'), { recursive: true });

  const [setUp, tsconfig, main, start] = blocksOf('A first application');
  writeFileSync(join(project, 'tsconfig.json'), tsconfig!);
  writeFileSync(join(project, 'src/main.ts'), main!);
  const commands = `${setUp!.replace('install nestjs-fedora-messaging', `install ${inject('tarball')}`)}\n${start}`;
  const { stdout } = await run('bash', ['-e', '-c', commands], { cwd: project });
  expect(stdout).toContain('\nHello, Fedora!\n');
});
