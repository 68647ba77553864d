import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it, onTestFinished } from 'vitest';
import { defineProgram } from '../../../lib/cli/commands/define-program.js';
import { resolveSettings } from '../../../lib/index.js';

const ROOT = join(import.meta.dirname, '../../..');
const GUIDE = readFileSync(join(ROOT, 'docs/start/fedora.md'), 'utf8');

/** The blocks of a language. */
function blocks(language: string): string[] {
  return [...GUIDE.matchAll(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 'gs'))].map(([, text]) => text!);
}

/** The commands that it shows, without what a shell would do with them. */
const COMMANDS = blocks('console')
  .join('')
  .split('\n')
  .flatMap((line) => /(?:npx|\$) fedora-messaging (.*)$/.exec(line)?.[1] ?? []);

describe("the guide to Fedora's bus", () => {
  it('is at most 250 lines long, begins with an example, and README links to it', () => {
    const lines = GUIDE.split('\n');
    expect(lines.length).toBeLessThanOrEqual(250);
    expect(lines.findIndex((line) => line.startsWith('```'))).toBeLessThan(6);
    expect(readFileSync(join(ROOT, 'README.md'), 'utf8')).toContain('(docs/start/fedora.md)');
  });

  it.each(blocks('toml'))('has settings that an application reads: %s', (toml) => {
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

  it.each(COMMANDS)('shows a command that exists: fedora-messaging %s', (command) => {
    const program = defineProgram(() => undefined);
    let run: Command | undefined;
    for (const known of program.commands) known.exitOverride().action(() => void (run = known));
    program.parse(command.split(' '), { from: 'user' });
    expect(run).toBeDefined();
  });
});
