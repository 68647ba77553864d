import type { ExportedClass, ExportedMember, ExportedModule, ExportedPackage } from '../exporter/index.js';

/** What the translation of a member may look at. */
export interface Surroundings {
  readonly package: ExportedPackage;
  /** The module and the class that define the member in Python. */
  readonly module: ExportedModule;
  readonly definedIn: ExportedClass;
  /** The class that the member is generated in: another one when Python inherits it from several classes. */
  readonly target: ExportedClass;
  /** The name of the member in TypeScript. */
  readonly name: string;
  /** Whether the class that is extended has a member of this name. */
  readonly isOverride: boolean;
  /** The type of the body, as the class knows it. */
  readonly bodyType: string;
}

/** A name that generated code imports. */
export interface GeneratedImport {
  readonly name: string;
  readonly from: string;
  /** Whether only its type is used. */
  readonly isType?: boolean;
}

/** A member in TypeScript; or why it is not certain what would mean the same. */
export type Translation =
  | {
      readonly certain: true;
      /** The lines of the member, without indentation, as Prettier's defaults print them at two columns. */
      readonly code: readonly string[];
      readonly imports: readonly GeneratedImport[];
    }
  | { readonly certain: false; readonly reason: string };

export type TranslateMember = (member: ExportedMember, surroundings: Surroundings) => Translation;
