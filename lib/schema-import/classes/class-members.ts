import { type GeneratedImport, memberName, type TranslateMember } from '../accessors/index.js';
import type { ExportedPackage } from '../exporter/index.js';
import { docComment, literal, lineComment } from '../printing/index.js';
import { isOfType, isTaken, overrideHead, typeOfAccessor } from './base-members.js';
import type { DefinedMember, PythonClass } from './python-classes.js';

const INDENT = '  ';

/** The members of a class in TypeScript. */
export interface ClassMembers {
  /** One text a member, or a comment in its place. */
  readonly texts: readonly string[];
  readonly imports: readonly GeneratedImport[];
  /** The names, for the classes that extend this one. */
  readonly names: ReadonlySet<string>;
  readonly translated: readonly string[];
  readonly untranslated: readonly { readonly member: string; readonly reason: string }[];
}

/** What the members of a class need to know of it. */
export interface ClassContext {
  readonly package: ExportedPackage;
  readonly python: PythonClass;
  readonly bodyType: string;
  /** The members of the classes that it extends, but Message. */
  readonly inherited: ReadonlySet<string>;
  readonly translate: TranslateMember;
}

/** Writes the members of a class. */
export function classMembers(members: readonly DefinedMember[], context: ClassContext): ClassMembers {
  const writer = new MemberWriter(context);
  for (const member of members) writer.write(member);
  writer.tellLeftOut();
  return writer;
}

class MemberWriter implements ClassMembers {
  readonly texts: string[] = [];
  readonly imports: GeneratedImport[] = [];
  readonly names = new Set<string>();
  readonly translated: string[] = [];
  readonly untranslated: { member: string; reason: string }[] = [];
  /** Members without a trace in the class, by the reason. */
  private readonly leftOut = new Map<string, string[]>();

  constructor(private readonly context: ClassContext) {}

  write({ name: pythonName, definedIn, member }: DefinedMember): void {
    // The comment of the class speaks of them.
    if (pythonName === '__init__' || definedIn.exported.computed?.includes(pythonName)) return;
    const name = memberName(pythonName);
    if (member === undefined) return this.writeConstant(pythonName, name, definedIn);
    if (isTaken(name)) return this.leaveOut(pythonName, `the base class has another member ${name}`);
    if (this.names.has(name)) return this.leaveOut(pythonName, `another member is ${name} in TypeScript`);
    const { package: ofPackage, python, bodyType, inherited, translate } = this.context;
    const translation = translate(member, {
      package: ofPackage,
      module: definedIn.module,
      definedIn: definedIn.exported,
      target: python.exported,
      name,
      isOverride: inherited.has(name) || overrideHead(name) !== undefined,
      bodyType,
    });
    if (!translation.certain) return this.answerAsBase(pythonName, name, translation.reason);
    this.add(pythonName, name, translation.code);
    this.imports.push(...translation.imports);
  }

  /** A class attribute that says what an accessor of Message says; others are for the code of the class alone. */
  private writeConstant(pythonName: string, name: string, { exported }: PythonClass): void {
    const type = typeOfAccessor(name);
    if (type === undefined) return;
    const value = exported.constants[pythonName];
    if (!isOfType(value, type)) {
      return this.answerAsBase(pythonName, name, `its value is no ${type}: ${JSON.stringify(value)}`);
    }
    const text = literal(value, INDENT, INDENT.length * 2 + 'return '.length);
    this.add(pythonName, name, [`${overrideHead(name)} {`, ...`${INDENT}return ${text};`.split('\n'), '}']);
  }

  private add(pythonName: string, name: string, code: readonly string[]): void {
    this.texts.push(code.map((line) => (line === '' ? '' : `${INDENT}${line}`)).join('\n'));
    this.names.add(name);
    this.translated.push(pythonName);
  }

  private answerAsBase(pythonName: string, name: string, reason: string): void {
    const isInherited = this.context.inherited.has(name);
    const head = overrideHead(name) ?? (isInherited ? `override get ${name}()` : undefined);
    if (head === undefined) return this.leaveOut(pythonName, reason);
    const call = name === 'toString' ? 'super.toString()' : `super.${name}`;
    const comment = docComment(`Answers as the class that is extended: ${reason}.`, INDENT);
    this.texts.push(
      [...comment, `${INDENT}${head} {`, `${INDENT}  return ${call};`, `${INDENT}}`].join('\n'),
    );
    this.names.add(name);
    this.untranslated.push({ member: pythonName, reason });
  }

  /** Says at the end of the class which members it does not have. */
  tellLeftOut(): void {
    for (const [reason, members] of this.leftOut) {
      const text = `Left out: ${members.join(', ')} (${reason}).`;
      this.texts.push(lineComment(text, INDENT).join('\n'));
    }
  }

  private leaveOut(pythonName: string, reason: string): void {
    this.leftOut.set(reason, [...(this.leftOut.get(reason) ?? []), pythonName]);
    this.untranslated.push({ member: pythonName, reason });
  }
}
