import { isAssignable, join, NEVER, type PythonType } from '../python-code/index.js';

/** How often a type may become wider before anything is taken to be possible. */
const MAX_CHANGES = 10;

/** The types in a package, as far as they are known. */
export class Facts {
  /** Whether a type has changed since this was set to false. */
  hasChanged = false;
  private readonly types = new Map<string, PythonType>();
  private readonly changes = new Map<string, number>();

  typeOf(key: string): PythonType {
    return this.types.get(key) ?? NEVER;
  }

  note(key: string, type: PythonType): void {
    const known = this.typeOf(key);
    const isSame = known.kind === type.kind && isAssignable(type, known);
    if (isSame || known.kind === 'any' || (known.kind !== 'never' && isAssignable(type, known))) return;
    const count = (this.changes.get(key) ?? 0) + 1;
    const joined: PythonType = count > MAX_CHANGES ? { kind: 'any' } : join(known, type);
    if (joined.kind === 'never') return;
    this.changes.set(key, count);
    this.types.set(key, joined);
    this.hasChanged = true;
  }
}
