/** A name that generated code imports. */
export interface GeneratedImport {
  readonly name: string;
  readonly from: string;
  /** Whether only its type is used. */
  readonly isType?: boolean;
}

/** The functions that have the meaning of Python's. */
export const PYTHON = {
  name: '* as py',
  from: 'nestjs-fedora-messaging/python',
  /** Whether a line of generated code uses them. */
  isUsedIn: (line: string): boolean => /(?<![\w"'`.])py\.\w/.test(line),
} as const;

/** The file of what accessors use beside themselves, as other files of the package import it. */
const HELPERS = './helpers.js';

/** The imports of a member's code. */
export function importsOf(code: readonly string[], usedHelpers: ReadonlySet<string>): GeneratedImport[] {
  return [
    ...(code.some((line) => PYTHON.isUsedIn(line)) ? [{ name: PYTHON.name, from: PYTHON.from }] : []),
    ...[...usedHelpers].map((name) => ({ name, from: HELPERS })),
  ];
}
