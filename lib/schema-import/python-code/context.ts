import type { ConstantKind, PythonNode } from '../exporter/index.js';
import type { Code } from './code.js';
import type { PythonType } from './python-type.js';

/** The meaning of a name of a module. */
export type Global =
  | { readonly kind: 'constant'; readonly value: unknown; readonly valueKind?: ConstantKind | undefined }
  | { readonly kind: 'pattern'; readonly name: string; readonly node: PythonNode }
  | { readonly kind: 'function'; readonly id: string; readonly definition: PythonNode }
  | { readonly kind: 'class'; readonly id: string }
  | { readonly kind: 'enum'; readonly id: string; readonly members: Readonly<Record<string, unknown>> }
  /** Of the standard library, of fedora_messaging, or of a package that is not imported: its full name. */
  | { readonly kind: 'foreign'; readonly target: string };

/** A class of the package other than a message class: a named tuple. */
export interface HelperClass {
  readonly id: string;
  readonly fields: readonly string[];
  member(name: string): { readonly kind: string; readonly definition: PythonNode } | undefined;
}

/** The questions that an expression may ask about its package. */
export interface Program {
  /** The names of the functions, classes and patterns that the code uses so far. */
  readonly usedHelpers: ReadonlySet<string>;
  /** The type as it is known so far. The translation is repeated until no type changes. */
  typeOf(key: string): PythonType;
  /** Adds a type to what is known. */
  note(key: string, type: PythonType): void;
  /** The meaning of a name in the module of the code; undefined when the module does not have it. */
  global(name: string): Global | undefined;
  /** `name` of the instance, or with `isSuper` what the class above would say. */
  attribute(name: string, isSuper: boolean): Code;
  /** All values that a class attribute has in the classes of the package; undefined when it is none. */
  constantsOf(name: string): readonly unknown[] | undefined;
  /** The type of a value in the body, and whether it is always there; undefined when the schema does not say. */
  bodyType(place: readonly string[]): { readonly type: PythonType; readonly isRequired: boolean } | undefined;
  /** Calls a method of the instance. */
  method(name: string, args: readonly Code[], isSuper: boolean): Code;
  /** The name of a function, class, enumeration or pattern of the package in the generated code. */
  helperName(id: string): string;
  helperClass(id: string): HelperClass;
  /** Says that a member of a helper class is not translated. */
  markUncertain(key: string, reason: string): void;
  /** A type in TypeScript. */
  typeText(type: PythonType): string;
  /** The name of a regular expression in the generated code. */
  pattern(pattern: string, name: string): string;
  /** The type of an instance's attribute that code of the class assigns, or undefined when none does. */
  field(name: string): string | undefined;
}

/** The translators of the parts of a function. */
export interface Context {
  readonly program: Program;
  /** The name of the instance in the code, mostly `self`; undefined in a function. */
  readonly self: string | undefined;
  expression(node: PythonNode): Code;
  /** The type of a local name; undefined when the name is not local. Fails when it may have no value. */
  local(name: string): Code | undefined;
  /** Translates with further local names, as in a comprehension. */
  within(names: ReadonlyMap<string, PythonType>, translate: () => Code): Code;
  /** Whether an attribute of the instance is known to be set at this point. */
  isFieldSet(name: string): boolean;
}
