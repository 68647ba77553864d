import { ANY, join, NEVER, type PythonType, Uncertain } from '../python-code/index.js';

/** How often a type may become wider before any JSON is taken to be possible; twice as often, before it is not translated. */
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
    const exact = join(known, type);
    if (JSON.stringify(exact) === JSON.stringify(known)) return;
    const count = (this.changes.get(key) ?? 0) + 1;
    const joined = count > MAX_CHANGES ? join(ANY, exact) : exact;
    if (count > 2 * MAX_CHANGES) throw new Uncertain('a type in it contains itself');
    this.changes.set(key, count);
    this.types.set(key, joined);
    this.hasChanged = true;
  }
}
