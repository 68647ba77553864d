import type { ExportedMember, ExportedModule } from '../exporter/index.js';
import { memberName } from '../names/index.js';
import { docComment, quote } from '../printing/index.js';
import {
  docOf,
  FunctionCode,
  localName,
  type Program,
  reasonAgainst,
  Uncertain,
} from '../python-code/index.js';
import type { PythonClass } from '../python-classes/index.js';
import type { Facts } from './facts.js';

/** A function, class or enumeration of a package that accessors use. */
export type Helper =
  | { readonly kind: 'function'; readonly module: ExportedModule; readonly member: ExportedMember }
  | { readonly kind: 'class' | 'enum'; readonly python: PythonClass };

/** The helper functions of accessors. They go into a file of their own. */
export class Helpers {
  private readonly used = new Map<string, { name: string; helper: Helper }>();
  private readonly patterns = new Map<string, string>();
  private readonly names: Set<string>;

  /** @param taken the names that other declarations have */
  constructor(taken: readonly string[]) {
    this.names = new Set(['py', ...taken]);
  }

  /** The name of a helper; from then on it is used. */
  nameOf(id: string, helper: Helper): string {
    const known = this.used.get(id);
    if (known) return known.name;
    const own = helper.kind === 'function' ? localName(helper.member.name) : helper.python.exported.name;
    const name = this.take(own);
    this.used.set(id, { name, helper });
    return name;
  }

  patternName(pattern: string, wanted: string): string {
    const known = this.patterns.get(pattern);
    if (known) return known;
    const name = this.take(wanted);
    this.patterns.set(pattern, name);
    return name;
  }

  get all(): readonly { readonly id: string; readonly name: string; readonly helper: Helper }[] {
    return [...this.used].map(([id, { name, helper }]) => ({ id, name, helper }));
  }

  get patternNames(): readonly string[] {
    return [...this.patterns.values()];
  }

  patternLines(): string[] {
    return [...this.patterns].map(
      ([pattern, name]) => `export const ${name} = new py.RegularExpression(${quote(pattern)});`,
    );
  }

  private take(wanted: string): string {
    let name = wanted;
    for (let number = 2; this.names.has(name); number++) name = `${wanted}${number}`;
    this.names.add(name);
    return name;
  }
}

/** The lines of a function of a module. */
export function functionLines(id: string, name: string, member: ExportedMember, program: Program): string[] {
  if (!member.ast) throw new Uncertain(`the source of ${member.name}() cannot be read`);
  const code = new FunctionCode(program, { definition: member.ast, key: id, isMember: false });
  const lines = code.lines();
  const result = code.typeText(program.typeOf(id));
  return [
    ...docComment(docOf(member.ast), ''),
    `export function ${name}(${code.parameterList()}): ${result} {`,
    ...lines.map((line) => `  ${line}`),
    '}',
  ];
}

/** The lines of a named tuple, as a class whose instances cannot be changed. */
export function namedTupleLines(
  name: string,
  { id, exported }: PythonClass,
  facts: Facts,
  program: Program,
): string[] {
  const fields = (exported.fields ?? []).map((field) => ({
    name: memberName(field),
    type: program.typeText(facts.typeOf(`${id}.${field}`)),
  }));
  const members = exported.members
    .filter(({ kind }) => kind === 'property' || kind === 'method')
    .flatMap((member) => namedTupleMember(id, member, program));
  return [
    ...docComment(exported.doc?.split(/\n\s*\n/)[0], ''),
    `export class ${name} {`,
    ...fields.map((field) => `  readonly ${field.name}: ${field.type};`),
    '',
    `  constructor(${fields.map((field) => `${localName(field.name)}: ${field.type}`).join(', ')}) {`,
    ...fields.map((field) => `    this.${field.name} = ${localName(field.name)};`),
    '  }',
    ...members,
    '}',
  ];
}

/** A member that is not certain is left out: nothing that is certain uses it. */
function namedTupleMember(id: string, member: ExportedMember, program: Program): string[] {
  try {
    if (!member.ast) return [];
    const key = `${id}.${member.name}`;
    const code = new FunctionCode(program, { definition: member.ast, key, isMember: true });
    const lines = code.lines();
    const head = member.kind === 'property' ? 'get ' : '';
    return [
      '',
      ...docComment(docOf(member.ast), '  '),
      `  ${head}${memberName(member.name)}(${code.parameterList()}): ${code.typeText(program.typeOf(key))} {`,
      ...lines.map((line) => `    ${line}`),
      '  }',
    ];
  } catch (error) {
    program.markUncertain(`${id}.${member.name}`, reasonAgainst(error));
    return [];
  }
}
