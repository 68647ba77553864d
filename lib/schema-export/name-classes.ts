import { identifier, pascalCase, snakeCase } from './python-names.js';
import type { ClassDescription } from './class-description.interface.js';

/** A class with its names in Python. */
export interface NamedClass {
  readonly described: ClassDescription;
  readonly className: string;
  /** The name of its module in the package. */
  readonly file: string;
}

/** The names that an entry point of Python may have: its file has a line `NAME = MODULE:CLASS`. */
const ENTRY_POINT_NAME = /^(?![[#;])[^\p{C}\s=]+(?: +[^\p{C}\s=]+)*$/u;

/**
 * Names the classes, in the order of their schema names. Classes that would share a name are named by their schemas.
 *
 * @throws RangeError when Python can't have a schema name, or two classes would have one name
 */
export function nameClasses(classes: readonly ClassDescription[]): NamedClass[] {
  const sorted = [...classes].sort((a, b) => (a.schemaName < b.schemaName ? -1 : 1));
  for (const { schemaName } of sorted) assertEntryPoint(schemaName);
  const files = sorted.map(({ className }) => snakeCase(className));
  const named = sorted.map((described, index): NamedClass => {
    const { className, schemaName } = described;
    const isShared = files.filter((file) => file === files[index]).length > 1;
    const name = isShared || className === '' ? pascalCase(schemaName) : identifier(className);
    return { described, className: name, file: snakeCase(name) };
  });
  for (const [index, { file, className, described }] of named.entries()) {
    const other = named.slice(0, index).find((earlier) => earlier.file === file);
    if (!other) continue;
    throw new RangeError(
      `The classes of the schemas '${other.described.schemaName}' and '${described.schemaName}' would both be ${className} in Python: rename one of the message classes`,
    );
  }
  return named;
}

function assertEntryPoint(schemaName: string): void {
  if (ENTRY_POINT_NAME.test(schemaName)) return;
  throw new RangeError(
    `The schema name ${JSON.stringify(schemaName)} can't be the name of an entry point in Python: it must not have "=" or control characters, nor begin with "[", "#" or ";"`,
  );
}
