import { lineDifference } from '../../generated-files/index.js';
import type { ImportReport, PackageReport } from '../../schema-import/index.js';

type ReportedFile = ImportReport['files'][number];

/** The report of an import, for people. */
export function importText(
  { packages, files }: ImportReport,
  { check = false }: { readonly check?: boolean },
): string {
  const lines = [
    ...packages.flatMap(packageLines),
    ...files.filter(({ state, isDone }) => isDone && state !== 'unchanged').map(doneLine),
    ...files.filter(({ isDone }) => !isDone).flatMap((file) => undoneLines(file, check)),
    summaryLine(files),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function packageLines({ name, version, license, ...report }: PackageReport): string[] {
  const untranslated = new Map<string, string[]>();
  for (const { member, reason } of report.untranslated) {
    untranslated.set(reason, [...(untranslated.get(reason) ?? []), member]);
  }
  return [
    `${name} ${version ?? '(version unknown)'}, ${license ?? 'licence unknown'}: ${counted(report.classes, 'class', 'classes')}, ` +
      `${counted(report.schemas, 'schema')}, ${counted(report.types, 'type')}; ` +
      `members: ${report.translated} translated, ${report.untranslated.length} not`,
    ...[...untranslated].map(([reason, members]) => `  not translated, ${reason}: ${members.join(', ')}`),
    ...report.differences.map((difference) => `  ${difference.class}: ${difference.message}`),
    ...report.warnings.map((warning) => `  warning: ${warning.class}.${warning.place}: ${warning.message}`),
  ];
}

const DONE = { new: 'written', changed: 'updated', removed: 'removed', unchanged: 'unchanged' } as const;
const TO_DO = {
  new: 'missing',
  changed: 'not up to date',
  removed: 'not needed',
  unchanged: 'unchanged',
} as const;

function doneLine({ path, state }: ReportedFile): string {
  return `${path}: ${DONE[state]}`;
}

function undoneLines({ path, state, isEdited, before, after }: ReportedFile, isCheck: boolean): string[] {
  const edited = isEdited ? ', and edited by hand' : '';
  const hint = isCheck ? '' : '; --force overwrites it';
  const difference = state === 'removed' ? [] : lineDifference(before, after);
  return [`${path}: ${TO_DO[state]}${edited}${hint}`, ...difference.map((line) => `  ${line}`)];
}

function summaryLine(files: readonly ReportedFile[]): string {
  const written = files.filter(({ state, isDone }) => isDone && state !== 'unchanged').length;
  const undone = files.filter(({ isDone }) => !isDone).length;
  const unchanged = files.length - written - undone;
  return `${counted(written, 'file')} written, ${unchanged} up to date, ${undone} not`;
}

function counted(count: number, one: string, several = `${one}s`): string {
  return `${count} ${count === 1 ? one : several}`;
}
