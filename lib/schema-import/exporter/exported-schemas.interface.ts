import type { JsonSchema } from '../../json-schema/index.js';

/** The JSON document of python/export_schemas: what Python packages say of their messages. */
export interface ExportedSchemas {
  readonly format: 1;
  /** The version of Python that exported. */
  readonly python: string;
  readonly packages: readonly ExportedPackage[];
  readonly problems: readonly ImportProblem[];
}

/** A part of a source that could not be imported. The rest of the source is imported. */
export interface ImportProblem {
  readonly source: string;
  readonly package: string | null;
  readonly module: string | null;
  readonly message: string;
  /** The advice for the reader. */
  readonly hint: string;
}

export interface ExportedPackage {
  /** The name of the Python distribution. */
  readonly name: string;
  readonly version: string | null;
  readonly license: string | null;
  readonly modules: readonly ExportedModule[];
}

/** Values that JSON can express. */
export type Constants = Readonly<Record<string, unknown>>;

/**
 * The kind of a constant whose JSON does not say everything: a tuple of exact values, or a value that is or contains a whole
 * `float`, an instance of a subclass, or a tuple within another value.
 */
export type ConstantKind = 'tuple' | 'inexact';

/** Python's own syntax tree: `_type`, and the fields that Python's `ast` gives the node. */
export interface PythonNode {
  readonly _type: string;
  readonly [field: string]: unknown;
}

export interface ExportedModule {
  readonly name: string;
  /** The module and name of each imported name. */
  readonly imports: Readonly<Record<string, string>>;
  readonly constants: Constants;
  /** The kinds of those constants that are something else than their JSON. */
  readonly constantKinds?: Readonly<Record<string, ConstantKind>>;
  /** The assigned code of names whose value JSON can't express. */
  readonly expressions: Readonly<Record<string, PythonNode>>;
  /** Its names that Python has without an import, such as `len`: they mean something else in this module. */
  readonly hides?: readonly string[];
  readonly functions: readonly ExportedMember[];
  readonly classes: readonly ExportedClass[];
}

/** A class of a module. The optional fields are there for message classes. */
export interface ExportedClass {
  readonly name: string;
  readonly doc: string | null;
  readonly isMessage: boolean;
  /** `module:Class` of each base but `object`. */
  readonly bases: readonly string[];
  /** All bases, in the order in which Python looks for attributes. */
  readonly mro: readonly string[];
  /** The entry points that name this class; none for a class that only others extend. */
  readonly schemaNames: readonly string[];
  readonly topic?: string | null;
  readonly severity?: number | null;
  readonly deprecated?: boolean;
  /** Null where it is that of the library's own class. */
  readonly bodySchema?: JsonSchema | null;
  readonly headersSchema?: JsonSchema | null;
  /** The attributes that the class defines itself: topic, severity, deprecated, body_schema or headers_schema. */
  readonly own?: readonly string[];
  /** The attributes of these that are computed for each message. */
  readonly computed?: readonly string[];
  readonly constants: Constants;
  /** The kinds of those constants that are something else than their JSON. */
  readonly constantKinds?: Readonly<Record<string, ConstantKind>>;
  readonly expressions: Readonly<Record<string, PythonNode>>;
  /** The members of an enumeration. */
  readonly enum: Constants | null;
  /** The fields of a named tuple. */
  readonly fields: readonly string[] | null;
  readonly members: readonly ExportedMember[];
}

export interface ExportedMember {
  readonly name: string;
  readonly kind: 'property' | 'method' | 'static' | 'class' | 'function';
  readonly parameters: readonly string[];
  /** Null where the source can't be read, as of a lambda. */
  readonly ast: PythonNode | null;
}
