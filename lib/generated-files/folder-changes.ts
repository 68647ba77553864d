import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { isGenerated, isUnedited } from './header.js';

/** The change of a file. */
export interface FileChange {
  /** Its path in the folder. */
  readonly path: string;
  readonly state: 'new' | 'changed' | 'unchanged' | 'removed';
  /** Whether somebody edited it, or it was not generated: it is then replaced or removed only by force. */
  readonly isEdited: boolean;
  /** Empty for a file that is not there. */
  readonly before: string;
  /** Empty for a file that is to be removed. */
  readonly after: string;
}

/** A folder of generated files, as it is to be. */
export interface WantedFolder {
  /** Its path in the folder of all. */
  readonly folder: string;
  /** The text of each file, by its name. */
  readonly files: ReadonlyMap<string, string>;
  /** The extension of the generated files that are removed when they are not wanted any more. */
  readonly extension: '.ts' | '.py';
  /** Whether files that are not wanted any more stay: what they are for could not be imported this time. */
  readonly keepsOthers: boolean;
}

/** Compares folders in `out` with what they are to be. The ends of lines make no difference. */
export function changesOf(out: string, folders: readonly WantedFolder[]): FileChange[] {
  return folders
    .flatMap((wanted) => [...wantedChanges(out, wanted), ...removedChanges(out, wanted)])
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Makes the changes; those of edited files only by force. @returns those that were made */
export function applyChanges(out: string, changes: readonly FileChange[], force: boolean): FileChange[] {
  const applied = changes.filter(({ state, isEdited }) => state !== 'unchanged' && (force || !isEdited));
  for (const { path, state, after } of applied) {
    const file = join(out, path);
    if (state === 'removed') rmSync(file);
    else {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, after);
    }
  }
  return applied;
}

function wantedChanges(out: string, { folder, files }: WantedFolder): FileChange[] {
  return [...files].map(([name, after]) => {
    const path = posix.join(folder, name);
    const file = join(out, path);
    if (!existsSync(file)) return { path, state: 'new', isEdited: false, before: '', after };
    const before = textOf(file);
    return before === after
      ? { path, state: 'unchanged', isEdited: false, before, after }
      : { path, state: 'changed', isEdited: !isUnedited(before), before, after };
  });
}

/** Generated files that are not wanted any more. */
function removedChanges(out: string, { folder, files, extension, keepsOthers }: WantedFolder): FileChange[] {
  const parent = join(out, folder);
  if (keepsOthers || !existsSync(parent)) return [];
  return readdirSync(parent)
    .filter((name) => name.endsWith(extension) && !files.has(name))
    .map((name) => ({ path: posix.join(folder, name), before: textOf(join(parent, name)) }))
    .filter(({ before }) => isGenerated(before))
    .map(({ path, before }) => ({
      path,
      state: 'removed',
      isEdited: !isUnedited(before),
      before,
      after: '',
    }));
}

function textOf(file: string): string {
  return readFileSync(file, 'utf8').replaceAll('\r\n', '\n');
}
