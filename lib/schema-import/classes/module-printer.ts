import { type GeneratedImport, type PackageTranslator, PYTHON } from '../accessors/index.js';
import { MAX_COLUMNS } from '../printing/index.js';
import { bodyTypeOf, type ClassDeclaration, printClass, severityOption } from './class-printer.js';
import { BODIES_FILE } from './package-plan.js';

const LIBRARY = 'nestjs-fedora-messaging';

/** Prints the file of a module: its imports, and its classes. */
export function printModule(file: string, declarations: readonly ClassDeclaration[]): string {
  const imports = new Imports();
  for (const declaration of declarations) {
    const { planned, members } = declaration;
    if (planned.schemaNames.length > 0) imports.add({ name: 'MessageSchema', from: LIBRARY });
    if (severityOption(planned) !== undefined) imports.add({ name: 'Severity', from: LIBRARY });
    if (planned.parent === undefined) imports.add({ name: 'Message', from: LIBRARY });
    else if (planned.parent.file !== file) {
      imports.add({ name: planned.parent.name, from: `./${planned.parent.file}.js` });
    }
    const body = bodyTypeOf(planned);
    if (body !== undefined) imports.add({ name: body, from: `./${BODIES_FILE}.js`, isType: true });
    for (const added of members.imports) imports.add(added);
  }
  return `${imports.print()}\n\n${declarations.map(printClass).join('\n\n')}\n`;
}

/** Prints the file of what accessors use beside themselves; undefined when they use nothing. */
export function printHelpers(translator: PackageTranslator): string | undefined {
  const lines = translator.helperLines();
  if (lines.length === 0) return undefined;
  const imports = lines.some((line) => PYTHON.isUsedIn(line))
    ? `${statement('import', new Set([PYTHON.name]), PYTHON.from)[0]}\n\n`
    : '';
  return `${imports}${lines.join('\n')}\n`;
}

/** The imports of a file, one statement for each module: types apart, as `verbatimModuleSyntax` wants them. */
class Imports {
  private readonly values = new Map<string, Set<string>>();
  private readonly types = new Map<string, Set<string>>();

  add({ name, from, isType = false }: GeneratedImport): void {
    const names = isType ? this.types : this.values;
    names.set(from, (names.get(from) ?? new Set()).add(name));
  }

  print(): string {
    const froms = [...new Set([...this.values.keys(), ...this.types.keys()])].sort(librariesFirst);
    return froms
      .flatMap((from) => [
        ...statement('import', this.values.get(from), from),
        ...statement('import type', this.withoutValues(from), from),
      ])
      .join('\n');
  }

  private withoutValues(from: string): Set<string> {
    const values = this.values.get(from);
    return new Set([...(this.types.get(from) ?? [])].filter((name) => !values?.has(name)));
  }
}

function statement(keyword: string, names: ReadonlySet<string> | undefined, from: string): string[] {
  if (names === undefined || names.size === 0) return [];
  const sorted = [...names].sort();
  if (sorted[0]!.startsWith('* as ')) return [`${keyword} ${sorted[0]} from "${from}";`];
  const flat = `${keyword} { ${sorted.join(', ')} } from "${from}";`;
  if (flat.length <= MAX_COLUMNS) return [flat];
  return [`${keyword} {\n${sorted.map((name) => `  ${name},\n`).join('')}} from "${from}";`];
}

function librariesFirst(a: string, b: string): number {
  return Number(a.startsWith('.')) - Number(b.startsWith('.')) || (a < b ? -1 : 1);
}
