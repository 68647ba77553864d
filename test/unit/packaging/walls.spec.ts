import { execFile } from 'node:child_process';
import {
  type Dirent,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const CONFIG = join(ROOT, '.dependency-cruiser.mjs');

/** A folder lib/ with these files in rooms, next to the project's configuration. */
function plant(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'fedora-messaging-walls-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'tsconfig.json'), readFileSync(join(ROOT, 'tsconfig.json')));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, 'lib', name)), { recursive: true });
    writeFileSync(join(folder, 'lib', name), text);
  }
  return folder;
}

/** The output of the linter for a folder's lib/, and its exit code. */
function lint(folder: string): Promise<{ output: string; exitCode: number }> {
  const args = [join(ROOT, 'node_modules/.bin/depcruise'), 'lib', '--config', CONFIG];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: folder }, (error, output) =>
      resolve({ output, exitCode: Number(error?.code ?? 0) }),
    );
  });
}

describe('the linter', () => {
  it('refuses circles, imports past an index, imports of rooms below, amqplib outside its folder, and brokers beside the port', async () => {
    const { output, exitCode } = await lint(
      plant({
        'config/index.ts': "export * from './circle.js';",
        'config/circle.ts': "export * from './index.js';",
        'publishing/index.ts': "export * from '../message/message.js';",
        'message/message.ts': 'export const message = 1;',
        'logging/index.ts': "export * from '../broker/index.js';",
        'broker/index.ts': "export * from './transports.js';",
        'broker/transports.ts': "export * from './amqplib/index.js';",
        'broker/amqplib/index.ts': "export { connect } from 'amqplib';",
        'broker/sending/index.ts': "export * from '../connection/channels.js';",
        'broker/connection/channels.ts': "export * from '../amqplib/index.js';",
        'broker/reply-code.ts': "export * from './embedded/index.js';",
        'broker/embedded/index.ts': "export * from '../amqplib/index.js';",
        'consuming/index.ts': "export { connect } from 'amqplib';",
      }),
    );
    const broken = [...output.matchAll(/error ([\w-]+): lib\/(\S+)/g)].map(
      ([, rule, file]) => `${rule}: ${file}`,
    );
    expect(broken.sort()).toEqual([
      'amqplib-in-one-folder: consuming/index.ts',
      'arrows-of-logging: logging/index.ts',
      'brokers-by-transports-only: broker/connection/channels.ts',
      'brokers-by-transports-only: broker/embedded/index.ts',
      'brokers-by-transports-only: broker/reply-code.ts',
      'by-the-index-only: publishing/index.ts',
      expect.stringMatching(/^no-circles: config\//),
      'within-broker-by-the-index-only: broker/sending/index.ts',
    ]);
    expect(exitCode).toBeGreaterThan(0);
  });

  it('runs in `npm run lint`', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    expect(scripts['lint']).toContain('depcruise lib --config .dependency-cruiser.mjs');
  });
});

describe('lib/', () => {
  const LIB = join(ROOT, 'lib');
  const pathOf = ({ parentPath, name }: Dirent): string => relative(LIB, join(parentPath, name));
  const entries = readdirSync(LIB, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());

  it('has no file of more than 300 lines', () => {
    const lines = (file: string): number => readFileSync(join(LIB, file), 'utf8').split('\n').length - 1;
    expect(files.map(pathOf).filter((file) => lines(file) > 300)).toEqual([]);
  });

  it('has at most 15 files in each folder, except the exceptions', () => {
    const folders = entries.filter((entry) => entry.isDirectory()).map(pathOf);
    const filesIn = (folder: string): number =>
      files.filter((file) => dirname(pathOf(file)) === folder).length;
    expect(folders.filter((folder) => filesIn(folder) > 15)).toEqual(['exceptions']);
  });
});
