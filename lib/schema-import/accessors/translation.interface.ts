import type { GeneratedImport } from './generated-import.js';
import type { PythonClass } from '../python-classes/index.js';

/** The place where a member is generated. */
export interface MemberPlace {
  /** The class that the member is generated in: another one than its own when Python inherits it from several classes. */
  readonly target: PythonClass;
  /** Whether the class that is extended has a member of this name. */
  readonly isOverride: boolean;
}

/** A member in TypeScript; or why it is not certain what would mean the same. */
export type Translation =
  | {
      readonly certain: true;
      /** The lines of the member, without indentation. */
      readonly code: readonly string[];
      readonly imports: readonly GeneratedImport[];
    }
  | { readonly certain: false; readonly reason: string };
