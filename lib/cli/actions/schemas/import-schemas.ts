import { ExitCode, printable } from '../../../exceptions/index.js';
import { lineDifference } from '../../../generated-files/index.js';
import {
  type ExportedSchemas,
  type ImportProblem,
  type ImportReport,
  importSchemas,
  readSource,
} from '../../../schema-import/index.js';
import type { CommonOptions } from '../../commands/options/common-options.js';
import { projectFormatter } from '../../loading/prettier.js';
import { importText } from '../../output/import-text.js';
import { print } from '../../output/standard-streams.js';

export interface ImportCommandOptions extends CommonOptions {
  readonly out: string;
  readonly python: string;
  readonly check?: true;
  readonly force?: true;
  readonly json?: true;
}

/** Generates message classes from Python packages. @returns the exit code */
export async function importFromPython(
  options: ImportCommandOptions,
  sources: readonly string[],
): Promise<number> {
  const report = await importSchemas(await readAll(sources, options.python), {
    ...options,
    format: await projectFormatter(options.out),
  });
  await print(options.json ? jsonOf(report) : printable(importText(report, options)));
  if (!options.json) tellProblems(report.problems);
  const isWhole = report.problems.length === 0 && report.files.every(({ isDone }) => isDone);
  return isWhole ? ExitCode.OK : ExitCode.GENERAL;
}

/** Prints what Python packages say of their messages, in one JSON document. @returns the exit code */
export async function exportFromPython(
  { interpreter }: { readonly interpreter: string },
  sources: readonly string[],
): Promise<number> {
  const documents = await readAll(sources, interpreter);
  const problems = documents.flatMap((document) => document.problems);
  const all: ExportedSchemas = {
    format: 1,
    python: documents[0]!.python,
    packages: documents.flatMap(({ packages }) => packages),
    problems,
  };
  await print(`${JSON.stringify(all)}\n`);
  tellProblems(problems);
  return problems.length === 0 ? ExitCode.OK : ExitCode.GENERAL;
}

/** One after another: each runs a Python. */
async function readAll(sources: readonly string[], python: string): Promise<ExportedSchemas[]> {
  const documents: ExportedSchemas[] = [];
  for (const source of sources) documents.push(await readSource(source, python));
  return documents;
}

function jsonOf({ packages, files, problems }: ImportReport): string {
  const shown = files.map(({ path, state, isEdited, isDone, before, after }) => ({
    path,
    state,
    isEdited,
    isDone,
    ...(!isDone && { difference: lineDifference(before, after) }),
  }));
  return `${JSON.stringify({ packages, files: shown, problems }, null, 2)}\n`;
}

function tellProblems(problems: readonly ImportProblem[]): void {
  for (const { package: ofPackage, source, message, hint } of problems) {
    process.stderr.write(printable(`error: ${ofPackage ?? source}: ${message}; ${hint}\n`));
  }
}
