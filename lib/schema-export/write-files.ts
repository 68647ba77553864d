import { join, posix } from 'node:path';
import { parse } from 'smol-toml';
import {
  applyChanges,
  changesOf,
  type FileChange,
  isGenerated,
  withHeader,
} from '../generated-files/index.js';

/** A file, and what was done with it. */
export interface WrittenFile {
  /** Its path in the folder. */
  readonly path: string;
  /** An edited file stays as it is. */
  readonly state: 'written' | 'updated' | 'removed' | 'up to date' | 'edited';
}

const HEADER =
  'Written by `fedora-messaging schemas export --python`. It is not overwritten once it is edited.';
const PROJECT_FILE = 'pyproject.toml';
const STATES = { new: 'written', changed: 'updated', removed: 'removed', unchanged: 'up to date' } as const;

/**
 * Writes new and changed files. Removes unedited files of earlier runs that no class needs now.
 *
 * @param folder made if it is not there
 * @param texts the text of each file, by its path in the folder
 * @returns the files, in the order of their paths
 * @throws RangeError, before anything is written, when the folder belongs to another project, or somebody wrote a file
 *   that has one of the paths
 */
export function writeFiles(folder: string, texts: ReadonlyMap<string, string>): WrittenFile[] {
  const changes = changesOf(
    folder,
    [...foldersOf(texts)].map(([name, files]) => ({
      folder: name,
      files,
      extension: '.py',
      // The folder of the project has modules of other people.
      keepsOthers: name === '.',
    })),
  );
  assertSameProject(folder, changes);
  assertGenerated(folder, changes);
  applyChanges(folder, changes, false);
  return changes.map(({ path, state, isEdited }) => ({ path, state: isEdited ? 'edited' : STATES[state] }));
}

/** The files with their headers, by folder and name. */
function foldersOf(texts: ReadonlyMap<string, string>): Map<string, Map<string, string>> {
  const folders = new Map<string, Map<string, string>>();
  for (const [path, text] of texts) {
    const folder = posix.dirname(path);
    const files = folders.get(folder) ?? new Map<string, string>();
    folders.set(folder, files.set(posix.basename(path), withHeader('#', HEADER, text)));
  }
  return folders;
}

function assertSameProject(folder: string, changes: readonly FileChange[]): void {
  const change = changes.find(({ path, state }) => path === PROJECT_FILE && state === 'changed');
  if (!change) return;
  const [before, after] = [projectName(change.before), projectName(change.after)];
  if (before === undefined || before === after) return;
  throw new RangeError(
    `${join(folder, PROJECT_FILE)}: of the project '${before}', not of '${after}'. Choose another folder; nothing was written`,
  );
}

/** The name of the project of a pyproject.toml; undefined for a file without one. */
function projectName(text: string): string | undefined {
  try {
    const { project } = parse(text) as { readonly project?: { readonly name?: string } };
    return project?.name;
  } catch {
    // Somebody is editing the file.
    return undefined;
  }
}

function assertGenerated(folder: string, changes: readonly FileChange[]): void {
  const foreign = changes.filter(({ state, before }) => state === 'changed' && !isGenerated(before));
  if (foreign.length === 0) return;
  throw new RangeError(
    `${foreign.map(({ path }) => join(folder, path)).join(', ')}: not written by this command. Move it away, or choose another folder; nothing was written`,
  );
}
