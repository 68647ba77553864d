import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';

/*
 * `npm run api` writes docs/api/ENTRY.api.md: the exports of each entry of the package, with types. They show a reviewer how
 * a change affects the public API. With `--check` the command writes nothing, and fails when a report is not up to
 * date, when a public type mentions a type that no user can import, or when a public member has no doc comment.
 */

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const WORK_FOLDER = join(ROOT, '.build/api');
const TYPES_FOLDER = join(WORK_FOLDER, 'types');
const REPORTS = 'docs/api';
const REPORT_FOLDER = join(ROOT, REPORTS);
const MAIN_REPORT = 'index';
const isCheck = process.argv.includes('--check');

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly types: string }>>;
}

interface Report {
  readonly file: string;
  readonly isUpToDate: boolean;
  /** Types that exported declarations mention, and that this entry does not export. */
  readonly mentioned: readonly string[];
}

emitTypes();
mkdirSync(REPORT_FOLDER, { recursive: true });
const reports = entries().map(({ name, types }) => writeReport(name, types));
if (isCheck) {
  const problems = [...outdatedReports(), ...hiddenTypes(), ...undocumentedMembers()];
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
}

/** Strips internal members, as the package does. `npm run typecheck` checks the types. */
function emitTypes(): void {
  const options = ['--emitDeclarationOnly', '--noCheck', '--outDir', TYPES_FOLDER];
  execFileSync(
    process.execPath,
    ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', ...options],
    { cwd: ROOT, stdio: 'inherit' },
  );
}

/** The entries of the package, from `exports` of package.json. */
function entries(): { name: string; types: string }[] {
  const { exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;
  return Object.entries(exports).flatMap(([entry, target]) => {
    if (typeof target === 'string') return [];
    const name = entry === '.' ? MAIN_REPORT : basename(entry);
    return [{ name, types: target.types.replace('./dist', TYPES_FOLDER) }];
  });
}

function writeReport(name: string, types: string): Report {
  const mentioned: string[] = [];
  const quiet = { default: { logLevel: ExtractorLogLevel.None } };
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: ROOT,
      mainEntryPointFilePath: types,
      compiler: { tsconfigFilePath: join(ROOT, 'tsconfig.build.json') },
      apiReport: {
        enabled: true,
        reportFileName: name,
        reportFolder: REPORT_FOLDER,
        reportTempFolder: WORK_FOLDER,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: 'lf',
      messages: { compilerMessageReporting: quiet, tsdocMessageReporting: quiet },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: join(ROOT, 'package.json'),
  });
  const { apiReportChanged } = Extractor.invoke(config, {
    localBuild: !isCheck,
    messageCallback: (message) => {
      message.handled = message.logLevel !== ExtractorLogLevel.Error;
      if (message.messageId !== 'ae-forgotten-export') return;
      const [, type] = /^The symbol "(.*?)"/.exec(message.text)!;
      mentioned.push(type!);
    },
  });
  return { file: `${REPORTS}/${name}.api.md`, isUpToDate: !apiReportChanged, mentioned };
}

function outdatedReports(): string[] {
  return reports
    .filter(({ isUpToDate }) => !isUpToDate)
    .map(({ file }) => `${file} is not up to date: run "npm run api", and read what changed`);
}

/** The other entries mention exports of the main entry. */
function hiddenTypes(): string[] {
  const main = readFileSync(join(WORK_FOLDER, `${MAIN_REPORT}.api.md`), 'utf8');
  const exported = new Set(
    Array.from(main.matchAll(/^export (?:abstract )?\w+ (\w+)/gm), ([, name]) => name),
  );
  return reports.flatMap(({ file, mentioned }) =>
    mentioned
      .filter((name) => !exported.has(name))
      .map((name) => `${file} mentions ${name}, which no entry exports: export it, or mention another type`),
  );
}

function undocumentedMembers(): string[] {
  return reports.flatMap(({ file }) => {
    const lines = readFileSync(join(WORK_FOLDER, basename(file)), 'utf8').split('\n');
    return lines.flatMap((line, index) =>
      line.includes('(undocumented)')
        ? [`${file} has a member without a doc comment: ${lines[index + 1]!.trim()}`]
        : [],
    );
  });
}
