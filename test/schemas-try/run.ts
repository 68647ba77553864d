/**
 * `npm run schemas:try -- FOLDER`: imports recorded packages of message schemas, compiles the result, and reads recorded
 * messages with it. Fails when the result does not compile or is not as Prettier and oxlint want it, when a message that
 * Python accepts is rejected, or when one that Python rejects is accepted.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { importSchemas } from '../../lib/schema-import/index.js';
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

const folder = process.argv[2];
if (folder === undefined) {
  console.error('Usage: npm run schemas:try -- FOLDER, which has schemas/, messages/ and invalid/');
  process.exit(2);
}

const packages = readPackages(folder);
rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });
const generated = join(OUT, 'generated');
const report = await importSchemas(
  [{ format: 1, python: '', packages: packages.map(({ exported }) => exported), problems: [] }],
  { out: generated },
);
for (const { message } of report.problems) console.log(`problem: ${message}`);

const bin = (name: string): string => join(ROOT, 'node_modules/.bin', name);
writeFileSync(
  join(OUT, 'tsconfig.json'),
  JSON.stringify({ compilerOptions: COMPILER_OPTIONS, include: ['generated'] }),
);
// Prettier and oxlint would leave alone what Git does.
const outside = mkdtempSync(join(tmpdir(), 'fedora-messaging-schemas-try-'));
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
  const { name, classes, schemas, types, warnings } = report.packages[index]!;
  const folderName = name.replaceAll('_', '-').toLowerCase();
  if (schemas > 0) await import(pathToFileURL(join(OUT, 'compiled', folderName, 'index.js')).href);
  const verdicts = verdictsOf(library, recorded);
  mistakes.push(...verdicts.mistakes);
  rows.push({
    package: name,
    classes,
    types,
    warnings: warnings.length,
    valid: `${verdicts.accepted} of ${recorded.messages.length}`,
    invalid: `${verdicts.rejected} of ${recorded.invalid.length}`,
    'at the same path': `${verdicts.atPath} of ${recorded.invalid.length}`,
  });
}
console.table(rows);
for (const mistake of mistakes) console.log(mistake);
process.exitCode = mistakes.length === 0 ? 0 : 1;

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
