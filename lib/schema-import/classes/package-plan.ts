import type { ExportedPackage } from '../exporter/index.js';
import { pascalCase, UniqueNames } from '../types/index.js';
import { type PythonClass, PythonClasses } from '../python-classes/index.js';

/** The files of a package that are for no module. */
export const BODIES_FILE = 'bodies';
export const HELPERS_FILE = 'helpers';
export const INDEX_FILE = 'index';

const IDENTIFIER = /^[\p{ID_Start}_]\p{ID_Continue}*$/u;
/** Words of TypeScript that name no class, and may name one in Python. */
const RESERVED = new Set(
  `any bigint boolean case catch const debugger default delete do enum export extends false function implements instanceof
  interface let never new null number object package private protected public static string super switch symbol this
  throw true typeof undefined unknown var void`.split(/\s+/),
);

/** A message class that is generated. */
export interface PlannedClass {
  readonly python: PythonClass;
  /** Its name in TypeScript. */
  readonly name: string;
  /** The schema names that it has; none for an abstract class. */
  readonly schemaNames: readonly string[];
  /** The class that it extends; undefined for Message. */
  readonly parent: PlannedClass | undefined;
  /** The file that it is in, without its extension. */
  readonly file: string;
}

/** A schema name that two classes claim. */
export interface ClaimedTwice {
  readonly schemaName: string;
  readonly by: string;
  readonly claimedBy: string;
}

/** The plan of the code that is generated for a package. */
export interface PackagePlan {
  readonly classes: readonly PlannedClass[];
  readonly pythonClasses: PythonClasses;
  readonly claimedTwice: readonly ClaimedTwice[];
}

/**
 * Plans the classes of a package: which there are, their names, their files, and what they extend.
 *
 * @param claims the classes that have schema names, by these; those of this package are added
 */
export function planPackage(exported: ExportedPackage, claims: Map<string, string>): PackagePlan {
  const pythonClasses = new PythonClasses(exported);
  const claimedTwice: ClaimedTwice[] = [];
  const schemaNames = new Map<string, string[]>();
  for (const python of pythonClasses.withAncestors(
    ({ exported: { schemaNames: names } }) => names.length > 0,
  )) {
    schemaNames.set(python.id, claimed(python, exported.name, claims, claimedTwice));
  }
  const wanted = pythonClasses.withAncestors(({ id }) => (schemaNames.get(id)?.length ?? 0) > 0);
  const names = new UniqueNames(wanted.map((python) => `${python.exported.name}Body`));
  const files = fileNames(wanted);
  const planned = new Map<string, PlannedClass>();
  const plan = (python: PythonClass): PlannedClass => {
    const known = planned.get(python.id);
    if (known) return known;
    const parent = pythonClasses.parent(python);
    const name = className(python.exported.name);
    const file = files.get(python.module.name)!;
    const plannedClass = {
      python,
      name: names.take(name, `${pascalCase(file)}${name}`, `${pascalCase(exported.name)}${name}`),
      schemaNames: schemaNames.get(python.id) ?? [],
      parent: parent && plan(parent),
      file,
    };
    planned.set(python.id, plannedClass);
    return plannedClass;
  };
  return { classes: wanted.map(plan), pythonClasses, claimedTwice };
}

/** The name of a Python class, where it can name one in TypeScript, too. */
function className(name: string): string {
  return IDENTIFIER.test(name) && !RESERVED.has(name) ? name : pascalCase(`class ${name}`);
}

/** The schema names of a class that no other class has. */
function claimed(
  { id, exported }: PythonClass,
  packageName: string,
  claims: Map<string, string>,
  claimedTwice: ClaimedTwice[],
): string[] {
  const by = `${id} (${packageName})`;
  return exported.schemaNames.filter((schemaName) => {
    const claimedBy = claims.get(schemaName);
    if (claimedBy === undefined) claims.set(schemaName, by);
    else claimedTwice.push({ schemaName, by, claimedBy });
    return claimedBy === undefined;
  });
}

/** The file of each module: what is left of its name without the packages that all are in. */
function fileNames(classes: readonly PythonClass[]): Map<string, string> {
  const modules = [...new Set(classes.map(({ module }) => module.name))].sort();
  const paths = modules.map((name) => name.split('.'));
  const common = paths[0]?.findIndex((part, index) => paths.some((path) => path[index] !== part)) ?? 0;
  const taken = new Set([BODIES_FILE, HELPERS_FILE, INDEX_FILE]);
  return new Map(
    modules.map((module, index) => {
      const path = paths[index]!;
      const own = common < 0 ? path.slice(-1) : path.slice(Math.min(common, path.length - 1));
      let file = kebabCase(own.join('-'));
      while (taken.has(file)) file = `${file}-messages`;
      taken.add(file);
      return [module, file];
    }),
  );
}

/** `copr_messaging` becomes `copr-messaging`. */
export function kebabCase(text: string): string {
  const words = text.match(/[A-Za-z0-9]+/g) ?? ['module'];
  return words.map((word) => word.toLowerCase()).join('-');
}
