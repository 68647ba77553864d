import type { ExportedMember, ExportedModule, ExportedPackage } from '../exporter/index.js';
import { memberName } from '../names/index.js';
import { docComment, literal } from '../printing/index.js';
import { ANY, docOf, FunctionCode, type PythonType, reasonAgainst, Uncertain } from '../python-code/index.js';
import type { DefinedMember, PythonClass, PythonClasses } from '../python-classes/index.js';
import { type AffectedMember, affectedMembers, type Target } from './affected-members.js';
import { classConstant } from './class-constant.js';
import { Facts } from './facts.js';
import { importsOf } from './generated-import.js';
import { attributesSetBy, settersOf } from './instance-attributes.js';
import { functionLines, Helpers, namedTupleLines } from './helpers.js';
import { KNOWN_ACCESSORS } from './known-members.js';
import { memberKey, MemberProgram, type PackageState, parameterKey } from './member-program.js';
import { noteReplacedProperty } from './replaced-properties.js';
import { assertOverrides } from './signatures.js';
import type { MemberPlace, Translation } from './translation.interface.js';

/** The names that the files of classes import from this library. */
const LIBRARY_NAMES = ['Message', 'MessageSchema', 'Severity'];

/**
 * Translates the members of the message classes of a package. The types of all expressions are found first: a member may
 * use every other member, and every function.
 */
export class PackageTranslator {
  private readonly state: PackageState;
  private readonly targets: readonly Target[];

  constructor(
    { modules }: ExportedPackage,
    classes: PythonClasses,
    /** The classes that are generated. */
    generated: readonly PythonClass[],
    /** The names of the classes in TypeScript. */
    names: readonly string[],
  ) {
    const taken = [...LIBRARY_NAMES, ...names];
    this.targets = generated.flatMap((target) =>
      classes.ownMembers(target).map((defined) => ({ target, defined })),
    );
    const all = new Map<string, DefinedMember[]>();
    for (const { defined } of this.targets)
      all.set(defined.name, [...(all.get(defined.name) ?? []), defined]);
    this.state = {
      classes,
      modules: new Map(modules.map((module) => [module.name, module])),
      facts: new Facts(),
      helpers: new Helpers(taken),
      uncertain: new Map(),
      uses: new Map(),
      superUses: new Map(),
      usedConstants: new Set(),
      missing: new Map(),
      definitions: (name) => all.get(name) ?? [],
      schemasOf: (target) =>
        generated
          .filter(({ id, exported }) => id === target.id || exported.mro.includes(target.id))
          .flatMap(({ exported: { bodySchema } }) => (bodySchema ? [bodySchema] : [])),
    };
    this.inferTypes();
    // Members that are not translated need no helper functions or imports.
    this.state.helpers = new Helpers(taken);
    this.state.usedConstants.clear();
    this.state.missing.clear();
    this.round(() => undefined);
  }

  /** Translates a member for the class that it is generated in. */
  translate(defined: DefinedMember, { target, isOverride }: MemberPlace): Translation {
    const { member, name, definedIn } = defined;
    const reason = member
      ? this.state.uncertain.get(memberKey(target, name))
      : this.reasonAgainstConstant(name, target);
    if (reason !== undefined) return { certain: false, reason };
    try {
      if (!member) return this.constant(name, definedIn, isOverride);
      const program = new MemberProgram(this.state, { module: definedIn.module, target, definedIn, name });
      const code = this.code(member, target, program);
      const lines = code.lines();
      const all = [
        ...this.fieldLines(member, definedIn, program),
        ...this.head(member, code, isOverride, program),
        ...lines.map((line) => `  ${line}`),
        '}',
      ];
      return { certain: true, code: all, imports: importsOf(all, program.usedHelpers) };
    } catch (error) {
      return { certain: false, reason: reasonAgainst(error) };
    }
  }

  /** Members that a class needs because its code uses them: classes that extend it define them. */
  missingMembers(
    target: PythonClass,
  ): readonly (Extract<Translation, { certain: true }> & { readonly name: string })[] {
    return [...(this.state.missing.get(target.id) ?? [])].map(([name, kind]) => {
      const program = new MemberProgram(this.state, { module: target.module, target });
      const type = this.resultType(name, program);
      const message = `'${target.exported.name}' object has no attribute '${name}'`;
      const translated = memberName(name);
      const code = [
        '/** Classes that extend this one define it. */',
        `${kind === 'property' ? 'get ' : ''}${translated}(): ${type} {`,
        `  throw new py.PythonError("AttributeError", ${literal(message)});`,
        '}',
      ];
      return { name: translated, certain: true, code, imports: importsOf(code, program.usedHelpers) };
    });
  }

  /** Inherited members that answer with what the class above says of a member which is not certain in this class. */
  affectedMembers(target: PythonClass): readonly AffectedMember[] {
    return affectedMembers(target, this.state, this.targets);
  }

  /** Why instances of a class may have another value than that of a class attribute; undefined when they do not. */
  reasonAgainstConstant(name: string, python: PythonClass): string | undefined {
    const [setter] = settersOf(name, python, this.state.classes);
    return setter && `${setter.member} sets it, too`;
  }

  /** Whether code reads a class attribute of an instance. */
  usesConstant(name: string): boolean {
    return this.state.usedConstants.has(name);
  }

  /** The lines of the file with the helpers; none when no accessor uses one. */
  helperLines(): string[] {
    const { helpers, facts } = this.state;
    // A helper may use further ones, which are added while the former are printed.
    const printed = new Map<string, readonly string[]>();
    for (let rest = helpers.all; rest.length > 0; rest = helpers.all.filter(({ id }) => !printed.has(id))) {
      for (const { id, name, helper } of rest) {
        if (helper.kind === 'function') {
          const program = new MemberProgram(this.state, { module: helper.module });
          printed.set(id, functionLines(id, name, helper.member, program));
        } else if (helper.kind === 'enum') {
          printed.set(id, [`export const ${name} = ${literal(helper.python.exported.enum)};`]);
        } else {
          const program = new MemberProgram(this.state, {
            module: helper.python.module,
            definedIn: helper.python,
          });
          printed.set(id, namedTupleLines(name, helper.python, facts, program));
        }
      }
    }
    return [helpers.patternLines(), ...printed.values()]
      .filter((lines) => lines.length > 0)
      .flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
  }

  /** Repeats the translation until nothing new is known: first of the types, then of what is not certain. */
  private inferTypes(): void {
    const { facts, uncertain } = this.state;
    let before = -1;
    while (before < uncertain.size) {
      before = uncertain.size;
      do {
        facts.hasChanged = false;
        this.round(() => undefined);
      } while (facts.hasChanged);
      this.round((key, reason) => {
        uncertain.set(key, reason);
        facts.note(key, ANY);
        const name = key.slice(key.lastIndexOf('.') + 1);
        facts.note(memberKey(undefined, name), ANY);
        facts.note(`said:${memberKey(undefined, name)}`, ANY);
      });
    }
  }

  private round(onUncertain: (key: string, reason: string) => void): void {
    for (const { target, defined } of this.targets) {
      const { member, name, definedIn } = defined;
      const key = memberKey(target, name);
      if (!member) this.attempt(key, onUncertain, () => noteReplacedProperty(name, definedIn, this.state));
      if (!member || name === '__init__' || this.state.uncertain.has(key)) continue;
      this.attempt(key, onUncertain, () => {
        const program = new MemberProgram(this.state, { module: definedIn.module, target, definedIn, name });
        this.code(member, target, program).lines();
        const { facts } = this.state;
        facts.note(memberKey(undefined, name), facts.typeOf(key));
        facts.note(`said:${memberKey(undefined, name)}`, facts.typeOf(`said:${key}`));
      });
    }
    for (const { id, name, helper } of this.state.helpers.all) {
      if (helper.kind === 'enum' || this.state.uncertain.has(id)) continue;
      this.attempt(id, onUncertain, () => {
        const module: ExportedModule = helper.kind === 'function' ? helper.module : helper.python.module;
        if (helper.kind === 'function') {
          functionLines(id, name, helper.member, new MemberProgram(this.state, { module }));
        } else {
          const program = new MemberProgram(this.state, { module, definedIn: helper.python });
          namedTupleLines(name, helper.python, this.state.facts, program);
        }
      });
    }
  }

  private attempt(
    key: string,
    onUncertain: (key: string, reason: string) => void,
    translate: () => void,
  ): void {
    try {
      translate();
    } catch (error) {
      onUncertain(key, reasonAgainst(error));
    }
  }

  private code(member: ExportedMember, target: PythonClass, program: MemberProgram): FunctionCode {
    if (member.kind !== 'property' && member.kind !== 'method') {
      throw new Uncertain('it is a method of the class, and not of its instances');
    }
    if (!member.ast) throw new Uncertain('its source cannot be read');
    assertOverrides(member, target, this.state.classes);
    const key = memberKey(target, member.name);
    const code = new FunctionCode(program, {
      definition: member.ast,
      key,
      isMember: true,
      wanted: this.wanted(member.name),
      isText: member.name === '__str__',
    });
    code.parameters.forEach((parameter, index) => {
      program.note(`${key}:${parameter}`, this.state.facts.typeOf(parameterKey(member.name, index)));
    });
    return code;
  }

  private wanted(name: string): PythonType {
    return new MemberProgram(this.state, { module: this.anyModule }).seenType(name);
  }

  private head(
    member: ExportedMember,
    code: FunctionCode,
    isOverride: boolean,
    program: MemberProgram,
  ): string[] {
    const type = this.resultType(member.name, program);
    const word = isOverride ? 'override ' : '';
    const comment = isOverride ? [] : docComment(docOf(member.ast!), '');
    const name = memberName(member.name);
    if (member.kind === 'property') return [...comment, `${word}get ${name}(): ${type} {`];
    return [...comment, `${word}${name}(${code.parameterList()}): ${type} {`];
  }

  private resultType(name: string, program: MemberProgram): string {
    if (name.startsWith('__') || !Object.hasOwn(KNOWN_ACCESSORS, name)) {
      return name === '__str__' ? 'string' : program.typeText(this.wanted(name));
    }
    const text = program.typeText(this.wanted(name));
    return text === 'string[]' ? 'readonly string[]' : text;
  }

  private get anyModule(): ExportedModule {
    return [...this.state.modules.values()][0]!;
  }

  /** The attributes that the code of a member sets. */
  private fieldLines(member: ExportedMember, definedIn: PythonClass, program: MemberProgram): string[] {
    const names = [...attributesSetBy(member.ast!)];
    return names.flatMap((name) => {
      const type = program.typeText(this.state.facts.typeOf(`${definedIn.id}.field:${name}`));
      return [`private ${program.field(name)}: ${type} | undefined;`, ''];
    });
  }

  private constant(name: string, definedIn: PythonClass, isOverride: boolean): Translation {
    const program = new MemberProgram(this.state, { module: definedIn.module });
    const type = this.resultType(name, program);
    const translated = classConstant(definedIn, name);
    const code = [
      `${isOverride ? 'override ' : ''}get ${memberName(name)}(): ${type} {`,
      `  return ${translated.text};`,
      '}',
    ];
    return { certain: true, code, imports: importsOf(code, program.usedHelpers) };
  }
}
