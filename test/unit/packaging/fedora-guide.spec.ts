import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { resolveSettings } from '../../../lib/index.js';
import { blocks, page } from '../../support/documents.js';

const GUIDE = page('docs/start/fedora.md');

/** The commands that it shows, without what a shell would do with them. */
const COMMANDS = blocks(GUIDE, 'console')
  .join('')
  .split('\n')
  .flatMap((line) => /(?:npx|\$) fedora-messaging (.*)$/.exec(line)?.[1] ?? []);

describe("the guide to Fedora's bus", () => {
  it.each(blocks(GUIDE, 'toml'))('has settings that an application reads: %s', (toml) => {
    const folder = mkdtempSync(join(tmpdir(), 'fedora-messaging-guide-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, 'my.toml');
    writeFileSync(file, toml);
    expect(resolveSettings({ configFile: file })).toBeDefined();
  });

  it('shows every command of the first steps', () => {
    const names = ['init', '--conf', 'search', 'reconsume'];
    expect(new Set(COMMANDS.map((command) => command.split(' ')[0]))).toEqual(new Set(names));
  });
});
