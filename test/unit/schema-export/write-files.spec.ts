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
      { path: 'notes/__init__.py', state: 'up to date' },
      { path: 'pyproject.toml', state: 'updated' },
    ]);
    expect(statSync(path('notes/__init__.py')).mtime).toEqual(long);
    expect(readFileSync(path('pyproject.toml'), 'utf8')).toMatch(
      /^# Written by .*\n# Checksum: \w{64}\n\na = 2\n$/,
    );
  });

  it('are written except those that somebody edited, which stay as they are', () => {
    writeFiles(folder, new Map([...TEXTS, ['notes/sold.py', 'c = 1\n']]));
    const edited = readFileSync(path('notes/sold.py'), 'utf8').replace('c = 1', 'c = "mine"');
    writeFileSync(path('notes/sold.py'), edited);
    const more = new Map([
      ['pyproject.toml', 'a = 2\n'],
      ['notes/__init__.py', 'b = 2\n'],
      ['notes/new.py', 'd = 1\n'],
      ['notes/sold.py', 'c = 2\n'],
    ]);
    expect(writeFiles(folder, more)).toEqual([
      { path: 'notes/__init__.py', state: 'up to date' },
      { path: 'notes/new.py', state: 'written' },
      { path: 'notes/sold.py', state: 'edited' },
      { path: 'pyproject.toml', state: 'updated' },
    ]);
    expect(readFileSync(path('notes/sold.py'), 'utf8')).toBe(edited);
  });

  it('are not written when the folder has a file of the same name that the command has not written', () => {
    writeFiles(folder, TEXTS);
    writeFileSync(path('notes/__init__.py'), 'mine = 1\n');
    const changed = new Map([...TEXTS, ['pyproject.toml', 'a = 2\n']]);
    expect(() => writeFiles(folder, changed)).toThrow(
      `${path('notes/__init__.py')}: not written by this command. Move it away, or choose another folder; nothing was written`,
    );
    expect(readFileSync(path('notes/__init__.py'), 'utf8')).toBe('mine = 1\n');
    expect(readFileSync(path('pyproject.toml'), 'utf8')).toContain('a = 1');
  });

  it.each([
    ['unedited', ''],
    ['edited', '# mine\n'],
  ])('are not written to a folder with the %s pyproject.toml of another project', (_, edit) => {
    const project = (name: string): Map<string, string> =>
      new Map([
        ['pyproject.toml', `[project]\nname = "${name}"\n`],
        [`${name}/__init__.py`, ''],
      ]);
    writeFiles(folder, project('notes'));
    writeFileSync(path('pyproject.toml'), `${readFileSync(path('pyproject.toml'), 'utf8')}${edit}`);
    expect(() => writeFiles(folder, project('letters'))).toThrow(
      `${path('pyproject.toml')}: of the project 'notes', not of 'letters'. Choose another folder; nothing was written`,
    );
    expect(readFileSync(path('pyproject.toml'), 'utf8')).toContain('notes');
    expect(existsSync(path('letters'))).toBe(false);
  });

  it('of classes that are gone are removed when the command writes the package again, except edited files', () => {
    writeFiles(folder, new Map([...TEXTS, ['notes/old.py', 'c = 1\n'], ['notes/edited.py', 'd = 1\n']]));
    writeFileSync(path('notes/edited.py'), `${readFileSync(path('notes/edited.py'), 'utf8')}# mine\n`);
    writeFileSync(path('notes/mine.py'), '');
    const files = writeFiles(folder, TEXTS);
    expect(files).toContainEqual({ path: 'notes/old.py', state: 'removed' });
    expect(files).toContainEqual({ path: 'notes/edited.py', state: 'edited' });
    expect(existsSync(path('notes/old.py'))).toBe(false);
    expect(existsSync(path('notes/edited.py'))).toBe(true);
    expect(existsSync(path('notes/mine.py'))).toBe(true);
  });
});
