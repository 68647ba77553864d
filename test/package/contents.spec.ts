import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { expect, inject, it } from 'vitest';
import { ROOT } from './support/checkout.js';
import { run } from './support/user-project.js';

/** The names of the packed files. */
async function packedFiles(): Promise<string[]> {
  const { stdout } = await run('tar', ['-tzf', inject('tarball')]);
  return stdout
    .trim()
    .split('\n')
    .map((name) => name.replace(/^package\//, ''));
}

async function packedText(...names: readonly string[]): Promise<string> {
  const args = ['-xOzf', inject('tarball'), '--wildcards', ...names];
  const { stdout } = await run('tar', args, { maxBuffer: 2 ** 26 });
  return stdout;
}

it('the package has the built library, samples and documents, and nothing else', async () => {
  const files = await packedFiles();
  expect(files).toEqual(
    expect.arrayContaining([
      'dist/index.js',
      'dist/index.d.ts',
      'dist/cli/main.js',
      'dist/page-assets/index.html',
      'dist/page-assets/app.js',
      'dist/page-assets/app.css',
      'python/export_schemas/__main__.py',
      'sample/04-fedora-watcher/python/bakery-messages/pyproject.toml',
      'README.md',
      'docs/README.md',
      'docs/guides/messages.md',
      'LICENSE',
      'fm-consumer@.service',
    ]),
  );
  const expected =
    /^(dist\/.*\.(js|d\.ts)|dist\/page-assets\/(index\.html|app\.css|THIRD-PARTY\.txt)|python\/export_schemas\/\w+\.py|templates\/.*|sample\/(?!dist\/).*\.(ts|jsonl|md|py|toml)|docs\/(?!api\/).*\.md|bench\/README\.md|[A-Z_]*\.md|fm-consumer@\.service|package\.json|LICENSE)$/;
  expect(files.filter((file) => !expected.test(file))).toEqual([]);
});

it('links in the documents of the package lead to files of the package', async () => {
  const files = await packedFiles();
  const documents = files.filter((file) => file.endsWith('.md'));
  const dead: string[] = [];
  for (const document of documents) {
    const text = await packedText(`package/${document}`);
    // Pictures are in the repository only.
    for (const [, target] of text.matchAll(/(?<!!\[[^\]]*)\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g)) {
      const file = normalize(join(dirname(document), target!));
      if (!files.some((name) => name === file || name.startsWith(`${file}/`)))
        dead.push(`${document}: ${target}`);
    }
  }
  expect(dead).toEqual([]);
});

it('the types of the package mention nothing internal', async () => {
  const types = await packedText('*.d.ts');
  expect(types).toContain('class Message<');
  expect(types).not.toContain('@internal');
  expect(types).not.toContain('[INTERNALS]');
});

it('npm publishes the package as it is, and corrects nothing in its package.json', async () => {
  const { stderr } = await run('npm', ['publish', '--dry-run', '--ignore-scripts'], { cwd: ROOT });
  const warnings = stderr.split('\n').filter((line) => line.startsWith('npm warn publish'));
  expect(warnings.filter((line) => !line.includes('requires you to be logged in'))).toEqual([]);
});

it('publint has no complaint about the package', async () => {
  const { buffer, byteOffset, byteLength } = readFileSync(inject('tarball'));
  const tarball = buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
  const { messages, pkg } = await publint({ pack: { tarball }, strict: true });
  expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
});

it('attw resolves the types of each entry as the code, for every way of importing it', async () => {
  // It is intended that the code is ESM also for CommonJS: Node loads it with require().
  const args = [
    inject('tarball'),
    '--ignore-rules',
    'cjs-resolves-to-esm',
    '--format',
    'ascii',
    '--no-emoji',
    '--no-color',
  ];
  const report = await run(join(ROOT, 'node_modules/.bin/attw'), args).catch(
    ({ stdout }: { stdout: string }) => expect.fail(stdout),
  );
  expect(report.stdout).toContain('No problems found');
  expect(report.stdout).toContain('"nestjs-fedora-messaging/testing"');
});
