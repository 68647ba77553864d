/**
 * `npm run schemas:try -- FOLDER [SOURCE]...`: imports recorded packages of message schemas, compiles the result, and reads
 * recorded messages with it. A package that is also given as a source has its accessors, whose answers are compared with
 * those that Python gave. Fails when the result does not compile or is not as Prettier and oxlint want it, when a message
 * that Python accepts is rejected, when one that Python rejects is accepted, or when an accessor answers otherwise.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { projectFormatter } from '../../lib/cli/loading/prettier.js';
import type { ExportedPackage } from '../../lib/schema-import/exporter/index.js';
import { importSchemas, readSource } from '../../lib/schema-import/index.js';
import { compareAnswers } from './accessor-answers.js';
import { readPackages, type RecordedPackage } from './recorded-packages.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Within this package, which its own name then leads to: that what was built for users is what is used. */
const OUT = join(ROOT, '.build/schemas-try');

const COMPILER_OPTIONS = {
  target: 'ES2023',
  module: 'NodeNext',
  strict: true,
  exactOptionalPropertyTypes: true,
  verbatimModuleSyntax: true,
  noImplicitOverride: true,
  noUncheckedIndexedAccess: true,
  experimentalDecorators: true,
  skipLibCheck: true,
  outDir: 'compiled',
  rootDir: 'generated',
};

type Library = typeof import('../../lib/index.js');

/** What became of the messages of a package. */
interface Verdicts {
  readonly accepted: number;
  readonly rejected: number;
  /** How many are rejected at the path that Python names. */
  readonly atPath: number;
  readonly mistakes: readonly string[];
}

const [folder, ...sources] = process.argv.slice(2);
if (folder === undefined) {
  console.error(
    'Usage: npm run schemas:try -- FOLDER [SOURCE]...; FOLDER has schemas/, messages/, invalid/ and accessors/',
  );
  process.exit(2);
}

const fromSources = new Map<string, ExportedPackage>();
for (const source of sources) {
  const exported = await readSource(source, 'python3');
  for (const { message } of exported.problems) console.log(`problem: ${message}`);
  for (const found of exported.packages) fromSources.set(found.name, found);
}
const packages = readPackages(folder).map((recorded) => ({
  ...recorded,
  exported: fromSources.get(recorded.exported.name) ?? recorded.exported,
}));
rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });
const generated = join(OUT, 'generated');
// Prettier and oxlint leave alone what Git does, so they look at a copy elsewhere; there, Prettier has its defaults.
const outside = mkdtempSync(join(tmpdir(), 'fedora-messaging-schemas-try-'));
const report = await importSchemas(
  [{ format: 1, python: '', packages: packages.map(({ exported }) => exported), problems: [] }],
  { out: generated, format: await projectFormatter(outside) },
);
for (const { message } of report.problems) console.log(`problem: ${message}`);

const bin = (name: string): string => join(ROOT, 'node_modules/.bin', name);
writeFileSync(
  join(OUT, 'tsconfig.json'),
  JSON.stringify({ compilerOptions: COMPILER_OPTIONS, include: ['generated'] }),
);
cpSync(generated, outside, { recursive: true });
writeFileSync(join(outside, 'oxlint.json'), '{}');
const checks: Record<string, string[]> = {
  tsc: ['-p', join(OUT, 'tsconfig.json')],
  prettier: ['--no-config', '--check', '*/*.ts'],
  oxlint: ['-c', 'oxlint.json', '--deny-warnings'],
};
for (const [name, args] of Object.entries(checks)) {
  execFileSync(bin(name), args, { stdio: ['ignore', 'ignore', 'inherit'], cwd: outside });
  console.log(`${name}: no complaint`);
}
rmSync(outside, { recursive: true });

const library = (await import('nestjs-fedora-messaging' as string)) as Library;
const rows = [];
const mistakes: string[] = [];
for (const [index, recorded] of packages.entries()) {
  const { name, classes, schemas, types, warnings, translated, untranslated } = report.packages[index]!;
  const folderName = name.replaceAll('_', '-').toLowerCase();
  if (schemas > 0) await import(pathToFileURL(join(OUT, 'compiled', folderName, 'index.js')).href);
  const verdicts = verdictsOf(library, recorded);
  mistakes.push(...verdicts.mistakes);
  const answers: Record<string, string> = {};
  if (fromSources.has(name)) {
    const messages = recorded.messages.flatMap((line) => library.loads(line));
    // An accessor that is not translated is one of its class, or of a class that it extends.
    const leftOut = new Set(untranslated.map(({ member }) => member));
    const agreement = compareAnswers(
      folder,
      recorded.file,
      new Map(messages.map((message) => [message.id!, message])),
      (message, accessor) => lineage(message).some((className) => leftOut.has(`${className}.${accessor}`)),
    );
    mistakes.push(...agreement.differences);
    answers['accessors translated'] = `${translated} of ${translated + untranslated.length}`;
    answers['answers agree'] = `${agreement.agreed} of ${agreement.compared}`;
    answers['not translated'] = String(agreement.leftOut);
  }
  rows.push({
    package: name,
    classes,
    types,
    warnings: warnings.length,
    valid: `${verdicts.accepted} of ${recorded.messages.length}`,
    invalid: `${verdicts.rejected} of ${recorded.invalid.length}`,
    'at the same path': `${verdicts.atPath} of ${recorded.invalid.length}`,
    ...answers,
  });
}
console.table(rows);
for (const mistake of mistakes) console.log(mistake);
process.exitCode = mistakes.length === 0 ? 0 : 1;

/** The names of the class of a message, and of the classes that it extends. */
function lineage(message: object): string[] {
  const names: string[] = [];
  for (let type = message.constructor; type.name !== ''; type = Object.getPrototypeOf(type) as typeof type) {
    names.push(type.name);
  }
  return names;
}

function verdictsOf(lib: Library, { messages, invalid }: RecordedPackage): Verdicts {
  const wrong: string[] = [];
  let [accepted, rejected, atPath] = [0, 0, 0];
  for (const line of messages) {
    const paths = rejectionOf(lib, line);
    if (paths === undefined) accepted++;
    else wrong.push(`Python accepts, but we reject at ${paths.join(', ')}: ${line.slice(0, 200)}`);
  }
  for (const { message, path } of invalid) {
    const paths = rejectionOf(lib, message);
    if (paths === undefined)
      wrong.push(`Python rejects at '${path}', but we accept: ${message.slice(0, 200)}`);
    else rejected++;
    const expected = ['body', ...path.split('/').filter((part) => part !== '')].join('/');
    if (paths?.some((found) => found.replace(/^\//, '') === expected)) atPath++;
  }
  return { accepted, rejected, atPath, mistakes: wrong };
}

/** The paths of the failures of a message; undefined when it is valid. @throws Error when no class reads it */
function rejectionOf(lib: Library, line: string): string[] | undefined {
  try {
    for (const message of lib.loads(line)) {
      if (message.constructor === lib.Message)
        throw new Error(`No class was imported for ${line.slice(0, 200)}`);
      message.validate();
    }
    return undefined;
  } catch (error) {
    if (error instanceof lib.ValidationError) return error.errors.map(({ path }) => path);
    throw error;
  }
}
