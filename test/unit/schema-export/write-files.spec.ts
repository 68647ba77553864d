import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { writeFiles } from '../../../lib/schema-export/index.js';

const TEXTS = new Map([
  ['pyproject.toml', 'a = 1\n'],
  ['notes/__init__.py', 'b = 2\n'],
]);

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fedora-messaging-export-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
});

const path = (name: string): string => join(folder, name);

describe('the files of an exported package', () => {
  it('are written only when they change', () => {
    expect(writeFiles(folder, TEXTS).map(({ state }) => state)).toEqual(['written', 'written']);
    const long = new Date(1e12);
    for (const name of TEXTS.keys()) utimesSync(path(name), long, long);
    const again = writeFiles(folder, new Map([...TEXTS, ['pyproject.toml', 'a = 2\n']]));
    expect(again).toEqual([
      { path: 'pyproject.toml', state: 'updated' },
      { path: 'notes/__init__.py', state: 'up to date' },
    ]);
    expect(statSync(path('notes/__init__.py')).mtime).toEqual(long);
    expect(readFileSync(path('pyproject.toml'), 'utf8')).toMatch(
      /^# Written by .*\n# Checksum: \w{64}\n\na = 2\n$/,
    );
  });

  it('are all left alone when somebody edited or made a file that is in the way', () => {
    writeFiles(folder, TEXTS);
    const edited = readFileSync(path('notes/__init__.py'), 'utf8').replace('2', '3');
    writeFileSync(path('notes/__init__.py'), edited);
    const changed = new Map([...TEXTS, ['pyproject.toml', 'a = 2\n']]);
    expect(() => writeFiles(folder, changed)).toThrow(
      `${path('notes/__init__.py')}: edited, or not written by this command. Move it away, or choose another folder; nothing was written`,
    );
    expect(readFileSync(path('notes/__init__.py'), 'utf8')).toBe(edited);
    expect(readFileSync(path('pyproject.toml'), 'utf8')).toContain('a = 1');
  });

  it('replace those of an earlier run, but not edited ones', () => {
    writeFiles(folder, new Map([...TEXTS, ['notes/old.py', 'c = 1\n'], ['notes/edited.py', 'd = 1\n']]));
    writeFileSync(path('notes/edited.py'), `${readFileSync(path('notes/edited.py'), 'utf8')}# mine\n`);
    writeFileSync(path('notes/mine.py'), '');
    expect(writeFiles(folder, TEXTS)).toContainEqual({ path: 'notes/old.py', state: 'removed' });
    expect(existsSync(path('notes/old.py'))).toBe(false);
    expect(existsSync(path('notes/edited.py'))).toBe(true);
    expect(existsSync(path('notes/mine.py'))).toBe(true);
  });
});
