import { applyChanges, changesOf, type FileChange } from '../generated-files/index.js';
import {
  folderOf,
  type Format,
  type GeneratedPackage,
  generatePackage,
  type PackageReport,
} from './classes/index.js';
import type { ExportedSchemas, ImportProblem } from './exporter/index.js';

/** How an import ended. */
export interface ImportReport {
  readonly packages: readonly PackageReport[];
  /** Each file with its change, and whether the change was made. */
  readonly files: readonly (FileChange & { readonly isDone: boolean })[];
  readonly problems: readonly ImportProblem[];
}

export interface ImportOptions {
  /** The folder for the folders of the packages. */
  readonly out: string;
  /** Formats each file. Default: it stays as it is printed. */
  readonly format?: Format;
  /** Whether nothing is written. */
  readonly check?: boolean;
  /** Whether files that somebody edited are overwritten. */
  readonly force?: boolean;
}

/** Generates classes from what was exported, and writes those files that are not there as they are to be. */
export async function importSchemas(
  exported: readonly ExportedSchemas[],
  { out, format = asPrinted, check = false, force = false }: ImportOptions,
): Promise<ImportReport> {
  const claims = new Map<string, string>();
  const problems = exported.flatMap((document) => document.problems);
  const generated = new Map<string, GeneratedPackage>();
  for (const ofPackage of exported.flatMap(({ packages }) => packages)) {
    if (!generated.has(folderOf(ofPackage))) {
      const result = await generatePackage(ofPackage, claims, format);
      generated.set(result.folder, result);
      problems.push(...result.problems);
    } else problems.push(givenTwice(ofPackage.name));
  }
  const changes = changesOf(
    out,
    [...generated.values()].map(({ folder, files, report }) => ({
      folder,
      files,
      extension: '.ts',
      // Files of modules that could not be imported this time stay.
      keepsOthers: problems.some((problem) => problem.package === report.name),
    })),
  );
  const done = new Set(check ? [] : applyChanges(out, changes, force));
  return {
    packages: [...generated.values()].map(({ report }) => report),
    files: changes.map((change) => ({ ...change, isDone: done.has(change) || change.state === 'unchanged' })),
    problems,
  };
}

function asPrinted(text: string): Promise<string> {
  return Promise.resolve(text);
}

function givenTwice(name: string): ImportProblem {
  return {
    source: name,
    package: name,
    module: null,
    message: `two sources are the package ${name}: the second is left out`,
    hint: 'give one of them',
  };
}
