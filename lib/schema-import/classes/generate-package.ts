import { withHeader } from '../../generated-files/index.js';
import { PackageTranslator } from '../accessors/index.js';
import type { ExportedPackage, ImportProblem } from '../exporter/index.js';
import { type BodyTypes, describeBodies } from '../types/index.js';
import { bodyTypeOf, type ClassDeclaration } from './class-printer.js';
import { declareClasses } from './declare-classes.js';
import { printHelpers, printModule } from './module-printer.js';
import {
  BODIES_FILE,
  type ClaimedTwice,
  HELPERS_FILE,
  INDEX_FILE,
  kebabCase,
  planPackage,
} from './package-plan.js';
import type { PackageReport } from './package-report.interface.js';

/** Formats the text of a file. */
export type Format = (text: string, file: string) => Promise<string>;

/** The files of a package, and what there is to say of them. */
export interface GeneratedPackage {
  /** The name of its folder. */
  readonly folder: string;
  /** The text of each file, by its name. */
  readonly files: ReadonlyMap<string, string>;
  readonly report: PackageReport;
  readonly problems: readonly ImportProblem[];
}

/**
 * Generates the files of a package: one for each module, one for the types of the bodies, and an index.
 *
 * @param claims the classes that have schema names, by these; those of this package are added
 * @param format formats each file
 */
export async function generatePackage(
  exported: ExportedPackage,
  claims: Map<string, string>,
  format: Format,
): Promise<GeneratedPackage> {
  const plan = planPackage(exported, claims);
  const translator = new PackageTranslator(
    exported,
    plan.pythonClasses,
    plan.classes.map(({ python }) => python),
    plan.classes.map(({ name }) => name),
  );
  const declarations = declareClasses(exported, plan, translator);
  const bodies = describeBodies(
    plan.classes
      .filter((planned) => bodyTypeOf(planned) !== undefined)
      .map(({ name, python }) => ({ className: name, bodySchema: python.exported.bodySchema! })),
    plan.classes.map(({ name }) => name),
  );
  const texts = textsOf(declarations, bodies, printHelpers(translator));
  const files = new Map<string, string>();
  for (const [file, text] of texts) {
    files.set(`${file}.ts`, withHeader('//', commentOf(exported), await format(text, `${file}.ts`)));
  }
  return {
    folder: folderOf(exported),
    files,
    report: reportOf(exported, declarations, bodies),
    problems: plan.claimedTwice.map((claim) => problemOf(exported, claim)),
  };
}

/** The name of the folder of a package. */
export function folderOf({ name }: ExportedPackage): string {
  return kebabCase(name);
}

/** What the first line of each file says. */
function commentOf({ name, version, license }: ExportedPackage): string {
  const of = [name, version ?? '', license === null ? '' : `(${license})`].filter((part) => part !== '');
  return `${of.join(' ')}, by \`fedora-messaging schemas import ${name}\`. To change a class, extend it.`;
}

/** The text of each file, by its name without extension; none for a package without classes. */
function textsOf(
  declarations: readonly ClassDeclaration[],
  bodies: BodyTypes,
  helpers: string | undefined,
): Map<string, string> {
  const texts = new Map<string, string>();
  if (declarations.length === 0) return texts;
  for (const { planned } of declarations) {
    const ofFile = declarations.filter((other) => other.planned.file === planned.file);
    texts.set(planned.file, printModule(planned.file, ofFile));
  }
  if (bodies.declarations.length > 0) texts.set(BODIES_FILE, `${bodies.declarations.join('\n\n')}\n`);
  const exports = [...texts.keys()].sort().map((file) => {
    const keyword = file === BODIES_FILE ? 'export type' : 'export';
    return `${keyword} * from "./${file}.js";\n`;
  });
  // The code of accessors needs them; nobody else does.
  if (helpers !== undefined) texts.set(HELPERS_FILE, helpers);
  return texts.set(INDEX_FILE, exports.join(''));
}

function reportOf(
  { name, version, license }: ExportedPackage,
  declarations: readonly ClassDeclaration[],
  bodies: BodyTypes,
): PackageReport {
  return {
    name,
    version,
    license,
    classes: declarations.length,
    schemas: declarations.flatMap(({ planned }) => planned.schemaNames).length,
    types: bodies.declarations.length,
    translated: declarations.flatMap(({ members }) => members.translated).length,
    untranslated: declarations.flatMap(({ planned, members }) =>
      members.untranslated.map(({ member, reason }) => ({ member: `${planned.name}.${member}`, reason })),
    ),
    differences: declarations.flatMap(({ planned, differences }) =>
      differences.map((message) => ({ class: planned.name, message })),
    ),
    warnings: bodies.warnings.map(({ className, place, message }) => ({
      class: className,
      place: `bodySchema${place}`,
      message,
    })),
  };
}

function problemOf({ name }: ExportedPackage, { schemaName, by, claimedBy }: ClaimedTwice): ImportProblem {
  return {
    source: name,
    package: name,
    module: null,
    message: `${by} has the schema name ${schemaName} of ${claimedBy}, and is left out: a name belongs to one class`,
    hint: 'import one of the two',
  };
}
