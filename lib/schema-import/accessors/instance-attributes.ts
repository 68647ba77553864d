import type { ExportedMember } from '../exporter/index.js';
import type { PythonClass } from '../python-classes/index.js';

const CONSTRUCTOR = '__init__';

/** Whether a member of a class that is no constructor sets an attribute of the instance. */
export function setsField({ exported }: PythonClass, name: string): boolean {
  return exported.members.some((member) => member.name !== CONSTRUCTOR && sets(member, name));
}

/** Whether the constructor of a class sets an attribute of the instance. */
export function constructorSets({ exported }: PythonClass, name: string): boolean {
  return exported.members.some((member) => member.name === CONSTRUCTOR && sets(member, name));
}

function sets({ ast }: ExportedMember, name: string): boolean {
  return (
    ast !== null &&
    JSON.stringify(ast).includes(
      `"targets":[{"_type":"Attribute","value":{"_type":"Name","id":"self"},"attr":"${name}"}]`,
    )
  );
}
