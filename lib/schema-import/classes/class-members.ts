import type { GeneratedImport, PackageTranslator } from '../accessors/index.js';
import { memberName } from '../names/index.js';
import { docComment, literal, lineComment } from '../printing/index.js';
import { isOfType, isTaken, overrideHead, typeOfAccessor } from './base-members.js';
import type { DefinedMember, PythonClass } from '../python-classes/index.js';

const INDENT = '  ';
const IDENTIFIER = /^[\p{ID_Start}_]\p{ID_Continue}*$/u;

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

/** The facts about a class that its members need. */
export interface ClassContext {
  readonly python: PythonClass;
  /** The members of the classes that it extends, but Message. */
  readonly inherited: ReadonlySet<string>;
  readonly translator: PackageTranslator;
}

/** Writes the members of a class. */
export function classMembers(members: readonly DefinedMember[], context: ClassContext): ClassMembers {
  const writer = new MemberWriter(context);
  for (const member of members) writer.write(member);
  writer.addMissing();
  writer.tellAffected();
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

  write(defined: DefinedMember): void {
    const { name: pythonName, definedIn, member } = defined;
    // The comment of the class speaks of them.
    if (pythonName === '__init__' || definedIn.exported.computed?.includes(pythonName)) return;
    const name = memberName(pythonName);
    const { python, inherited, translator } = this.context;
    if (member === undefined && !translator.usesConstant(pythonName)) {
      return this.writeConstant(defined, name);
    }
    if (!IDENTIFIER.test(name))
      return this.leaveOut(pythonName, 'its name is not an identifier in TypeScript');
    if (isTaken(name)) return this.leaveOut(pythonName, `the base class has another member ${name}`);
    if (this.names.has(name)) return this.leaveOut(pythonName, `another member is ${name} in TypeScript`);
    const isOverride = inherited.has(name) || overrideHead(name) !== undefined;
    const translation = translator.translate(defined, { target: python, isOverride });
    if (!translation.certain) return this.answerAsBase(defined, name, translation.reason);
    this.add(pythonName, name, translation.code);
    this.imports.push(...translation.imports);
  }

  /** Members that its code uses, and that only the classes which extend it define. */
  addMissing(): void {
    const { python, inherited, translator } = this.context;
    for (const { name, code, imports } of translator.missingMembers(python)) {
      if (this.names.has(name) || inherited.has(name)) continue;
      this.texts.push(indented(code));
      this.names.add(name);
      this.imports.push(...imports);
    }
  }

  /** Inherited members that do not answer as in Python. */
  tellAffected(): void {
    const { python, translator } = this.context;
    for (const { name, reason } of translator.affectedMembers(python)) this.leaveOut(name, reason);
  }

  /** A class attribute that says what an accessor of Message says; others are for the code of the class alone. */
  private writeConstant(defined: DefinedMember, name: string): void {
    const { name: pythonName, definedIn } = defined;
    const type = typeOfAccessor(name);
    if (type === undefined) return;
    const value = definedIn.exported.constants[pythonName];
    const { python, translator } = this.context;
    const reason = isOfType(value, type)
      ? translator.reasonAgainstConstant(pythonName, python)
      : `its value is not a ${type}: ${JSON.stringify(value)}`;
    if (reason !== undefined) return this.answerAsBase(defined, name, reason);
    const text = literal(value, INDENT, INDENT.length * 2 + 'return '.length);
    this.add(pythonName, name, [`${overrideHead(name)} {`, ...`${INDENT}return ${text};`.split('\n'), '}']);
  }

  private add(pythonName: string, name: string, code: readonly string[]): void {
    this.texts.push(indented(code));
    this.names.add(name);
    this.translated.push(pythonName);
  }

  /** A member that is left out answers as the class above as well: only accessors of all messages are shown. */
  private answerAsBase({ name: pythonName }: DefinedMember, name: string, reason: string): void {
    const head = overrideHead(name);
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

function indented(code: readonly string[]): string {
  return code.map((line) => (line === '' ? '' : `${INDENT}${line}`)).join('\n');
}
