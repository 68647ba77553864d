import type { ExportedModule } from '../exporter/index.js';
import type { JsonSchema } from '../../json-schema/index.js';
import { memberName } from '../names/index.js';
import {
  ANY,
  type Code,
  type Global,
  type HelperClass,
  hasObject,
  hasTuple,
  isAssignable,
  join,
  mayBe,
  type Program,
  type PythonType,
  typeText,
  Uncertain,
} from '../python-code/index.js';
import type { DefinedMember, PythonClass, PythonClasses } from '../python-classes/index.js';
import { bodyType } from './body-type.js';
import { classConstant } from './class-constant.js';
import type { Facts } from './facts.js';
import type { Helper, Helpers } from './helpers.js';
import { FIXED_MEMBERS, KNOWN_ACCESSORS } from './known-members.js';
import { settersOf } from './instance-attributes.js';
import { globalOf } from './module-names.js';
import { assertFit } from './signatures.js';

/** The state that the members of a package share. */
export interface PackageState {
  readonly classes: PythonClasses;
  readonly modules: ReadonlyMap<string, ExportedModule>;
  readonly facts: Facts;
  helpers: Helpers;
  /** Why members, functions and classes are not translated, by their keys. */
  readonly uncertain: Map<string, string>;
  /** The names of the members of its instance that each member uses, by the key of the member. */
  readonly uses: Map<string, Set<string>>;
  /** Those of them that each member asks `super()` for. */
  readonly superUses: Map<string, Set<string>>;
  /** The class attributes that code reads of an instance: they become accessors. */
  readonly usedConstants: Set<string>;
  /** The members that a class has to have because its code uses them, although only classes that extend it define them. */
  readonly missing: Map<string, Map<string, 'property' | 'method'>>;
  /** The body schemas of a class and of those that extend it. */
  schemasOf(target: PythonClass): readonly JsonSchema[];
  /** All definitions of members of this name in message classes. */
  definitions(name: string): readonly DefinedMember[];
}

/** The member that code is in; undefined for a function. */
export interface CodePlace {
  readonly module: ExportedModule;
  /** The class that the code is generated in. */
  readonly target?: PythonClass;
  /** The class that defines the code in Python. */
  readonly definedIn?: PythonClass;
  /** The name of the member. */
  readonly name?: string;
}

/** Answers what the code of a member, or of a function, asks of its package. */
export class MemberProgram implements Program {
  /** The names of the helpers that the code uses. */
  readonly usedHelpers = new Set<string>();

  constructor(
    private readonly state: PackageState,
    private readonly place: CodePlace,
  ) {}

  typeOf(key: string): PythonType {
    return this.state.facts.typeOf(this.factKey(key));
  }

  note(key: string, type: PythonType): void {
    this.state.facts.note(this.factKey(key), type);
  }

  /** An attribute that is set belongs to its class. */
  private factKey(key: string): string {
    return key.startsWith('field:') ? `${this.place.definedIn?.id}.${key}` : key;
  }

  global(name: string): Global | undefined {
    return globalOf(name, this.place.module, this.state.modules);
  }

  attribute(name: string, isSuper: boolean): Code {
    const { target } = this.place;
    const owner = isSuper ? 'super' : 'this';
    if (!target) return this.helperAttribute(name);
    if (!isSuper && Object.hasOwn(FIXED_MEMBERS, name)) {
      const place = name === 'body' ? { place: [] } : {};
      return { text: `this.${memberName(name)}`, type: FIXED_MEMBERS[name]!, isAtom: true, ...place };
    }
    const [setter] = settersOf(name, target, this.state.classes);
    if (setter) throw new Uncertain(`it uses ${name}, which ${setter.member} sets`);
    const found = this.find(name, isSuper);
    const text = `${owner}.${memberName(name)}`;
    if (found && !found.member) return this.constantOf(name, text);
    if (found && found.member?.kind !== 'property')
      throw new Uncertain(`it uses the method ${name} as a value`);
    this.noteUse(name, isSuper);
    this.assertCertain(name, found);
    if (!found && !Object.hasOwn(KNOWN_ACCESSORS, name)) this.require(name, 'property');
    return { text, type: this.memberType(name), seen: this.seenType(name), isAtom: true };
  }

  constantsOf(name: string): readonly unknown[] | undefined {
    const definitions = this.state.definitions(name);
    if (definitions.length === 0 || definitions.some(({ member }) => member)) return undefined;
    return definitions.map(({ definedIn }) => definedIn.exported.constants[name]);
  }

  method(name: string, args: readonly Code[], isSuper: boolean): Code {
    const { target } = this.place;
    if (!target) throw new Uncertain(`it calls its method ${name}()`);
    const found = this.find(name, isSuper);
    if (found && found.member?.kind !== 'method') throw new Uncertain(`it calls the value of ${name}`);
    this.noteUse(name, isSuper);
    this.assertCertain(name, found);
    if (!found && name !== '__str__') this.require(name, 'method');
    assertFit(name, found?.member?.ast, args.length);
    args.forEach((arg, index) => this.note(parameterKey(name, index), arg.type));
    const texts = args.map(({ text }) => text).join(', ');
    const text = `${isSuper ? 'super' : 'this'}.${memberName(name)}(${texts})`;
    return { text, type: this.memberType(name), seen: this.seenType(name), isAtom: true };
  }

  helperName(id: string): string {
    const reason = this.state.uncertain.get(id);
    if (reason !== undefined) throw new Uncertain(`it uses ${id.split(':')[1]}, where ${reason}`);
    const name = this.state.helpers.nameOf(id, this.helper(id));
    this.usedHelpers.add(name);
    return name;
  }

  helperClass(id: string): HelperClass {
    const { exported } = this.state.classes.get(id)!;
    return {
      id,
      fields: exported.fields ?? [],
      member: (name) => {
        const member = exported.members.find((one) => one.name === name);
        const reason = this.state.uncertain.get(`${id}.${name}`);
        if (reason !== undefined) throw new Uncertain(`it uses ${exported.name}.${name}, where ${reason}`);
        return member?.ast ? { kind: member.kind, definition: member.ast } : undefined;
      },
    };
  }

  pattern(pattern: string, name: string): string {
    const found = this.state.helpers.patternName(pattern, name);
    this.usedHelpers.add(found);
    return found;
  }

  markUncertain(key: string, reason: string): void {
    this.state.uncertain.set(key, reason);
  }

  typeText(type: PythonType): string {
    return typeText(type, (id) => this.helperName(id));
  }

  field(name: string): string | undefined {
    const { target, definedIn } = this.place;
    if (Object.hasOwn(FIXED_MEMBERS, name)) return undefined;
    const setters = target ? settersOf(name, target, this.state.classes) : [];
    const own = setters.filter((setter) => setter.definedIn === definedIn && setter.member !== '__init__');
    if (own.length === 0) return undefined;
    const family = this.state.classes.family(target!);
    const isProperty = this.state
      .definitions(name)
      .some(({ member, definedIn: other }) => member && family.includes(other));
    if (setters.length > 1 || isProperty || Object.hasOwn(KNOWN_ACCESSORS, name)) {
      throw new Uncertain(`it uses the attribute ${name}, which other code defines, too`);
    }
    return memberName(name);
  }

  /** The definition that Python finds. The class in TypeScript has to find the same one. */
  private find(name: string, isSuper: boolean): DefinedMember | undefined {
    const { classes } = this.state;
    const target = this.place.target!;
    if (!isSuper) return classes.find(target, name);
    const inPython = classes.find(target, name, this.place.definedIn);
    const parent = classes.parent(target);
    const inTypeScript = parent && classes.find(parent, name);
    if (inPython?.definedIn.id !== inTypeScript?.definedIn.id) {
      throw new Uncertain(
        `super().${name} is another one in TypeScript, where a class extends one class only`,
      );
    }
    return inPython;
  }

  private noteUse(used: string, isSuper: boolean): void {
    const { target, name } = this.place;
    if (!target || name === undefined) return;
    const key = memberKey(target, name);
    const uses = isSuper ? this.state.superUses : this.state.uses;
    uses.set(key, (uses.get(key) ?? new Set()).add(used));
  }

  private assertCertain(name: string, found: DefinedMember | undefined): void {
    const target = this.place.target!;
    const reason =
      this.state.uncertain.get(memberKey(target, name)) ??
      (found && this.state.uncertain.get(memberKey(found.definedIn, name)));
    if (reason !== undefined) throw new Uncertain(`it uses ${name}, where ${reason}`);
  }

  private memberType(name: string): PythonType {
    const type = this.state.facts.typeOf(memberKey(undefined, name));
    const declared = Object.hasOwn(KNOWN_ACCESSORS, name) ? KNOWN_ACCESSORS[name] : undefined;
    if (!declared) return type;
    const isJson = !hasTuple(type) && !hasObject(type);
    return isJson && isAssignable(type, declared) ? declared : join(ANY, type);
  }

  /** The type that the member has in TypeScript. */
  seenType(name: string): PythonType {
    if (Object.hasOwn(KNOWN_ACCESSORS, name)) return KNOWN_ACCESSORS[name]!;
    const type = this.state.facts.typeOf(memberKey(undefined, name));
    return mayBe(type, 'any') ? this.state.facts.typeOf(`said:${memberKey(undefined, name)}`) : type;
  }

  bodyType(
    place: readonly string[],
  ): { readonly type: PythonType; readonly isRequired: boolean } | undefined {
    const { target } = this.place;
    return target && bodyType(place, this.state.schemasOf(target));
  }

  /** A class attribute with one value in all classes is written as this value. */
  private constantOf(name: string, text: string): Code {
    const definitions = this.state.definitions(name);
    const values = definitions.map(({ member, definedIn }) =>
      member ? undefined : classConstant(definedIn, name).text,
    );
    for (const { member, definedIn } of definitions) {
      if (!member) this.note(memberKey(undefined, name), classConstant(definedIn, name).type);
    }
    if (new Set(values).size === 1 && values[0] !== undefined && !Object.hasOwn(KNOWN_ACCESSORS, name)) {
      return classConstant(definitions[0]!.definedIn, name);
    }
    this.state.usedConstants.add(name);
    return { text, type: this.memberType(name), seen: this.seenType(name), isAtom: true };
  }

  private require(name: string, kind: 'property' | 'method'): void {
    const target = this.place.target!;
    const { classes, missing } = this.state;
    const below = this.state
      .definitions(name)
      .filter(({ definedIn }) => definedIn.exported.mro.includes(target.id));
    if (below.length === 0) throw new Uncertain(`it uses ${name}, which is not there`);
    if (below.some(({ member }) => (member?.kind ?? 'property') !== kind)) {
      throw new Uncertain(`it uses ${name}, which is something else in each class`);
    }
    for (const { definedIn } of below.filter(({ member }) => !member)) {
      this.state.usedConstants.add(name);
      this.note(memberKey(undefined, name), classConstant(definedIn, name).type);
    }
    const ancestor = classes.lineage(target).find(({ id }) => missing.get(id)?.has(name));
    if (!ancestor) missing.set(target.id, (missing.get(target.id) ?? new Map()).set(name, kind));
  }

  private helperAttribute(name: string): Code {
    const { definedIn } = this.place;
    if (definedIn?.exported.fields?.includes(name)) {
      return { text: `this.${memberName(name)}`, type: this.typeOf(`${definedIn.id}.${name}`), isAtom: true };
    }
    if (definedIn && this.helperClass(definedIn.id).member(name)?.kind === 'property') {
      return { text: `this.${memberName(name)}`, type: this.typeOf(`${definedIn.id}.${name}`), isAtom: true };
    }
    throw new Uncertain(`it uses its attribute ${name}`);
  }

  private helper(id: string): Helper {
    const python = this.state.classes.get(id);
    if (python) return { kind: python.exported.enum ? 'enum' : 'class', python };
    const [moduleName = '', name = ''] = id.split(':');
    const module = this.state.modules.get(moduleName)!;
    return { kind: 'function', module, member: module.functions.find((one) => one.name === name)! };
  }
}

/** The key of a member; without a class, that of all members of this name. */
export function memberKey(python: PythonClass | undefined, name: string): string {
  return python ? `${python.id}.${name}` : `member:${name}`;
}

export function parameterKey(name: string, index: number): string {
  return `member:${name}:${index}`;
}
