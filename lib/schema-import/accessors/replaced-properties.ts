import type { PythonClass } from '../python-classes/index.js';
import { classConstant } from './class-constant.js';
import { KNOWN_ACCESSORS } from './known-members.js';
import { memberKey, type PackageState } from './member-program.js';

/** A class attribute in the place of another class's property becomes an accessor, and has a part in its type. */
export function noteReplacedProperty(name: string, python: PythonClass, state: PackageState): void {
  const isProperty = state.definitions(name).some(({ member }) => member !== undefined);
  if (!isProperty || Object.hasOwn(KNOWN_ACCESSORS, name)) return;
  state.usedConstants.add(name);
  state.facts.note(memberKey(undefined, name), classConstant(python, name).type);
}
