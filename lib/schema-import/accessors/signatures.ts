import type { ExportedMember, PythonNode } from '../exporter/index.js';
import { parametersOf, Uncertain } from '../python-code/index.js';
import type { PythonClass, PythonClasses } from '../python-classes/index.js';
import { KNOWN_ACCESSORS } from './known-members.js';

/**
 * Checks that TypeScript lets a member override that of the class above. Python lets a property replace a method, and the
 * reverse, and lets a method ask for more arguments.
 *
 * @throws Uncertain
 */
export function assertOverrides(member: ExportedMember, target: PythonClass, classes: PythonClasses): void {
  if (Object.hasOwn(KNOWN_ACCESSORS, member.name) && member.name !== '__str__' && member.kind === 'method') {
    throw new Uncertain('it is a method in the place of an accessor of all messages');
  }
  const parent = classes.parent(target);
  const above = parent && classes.find(parent, member.name);
  if (!above) return;
  const kind = above.member?.kind ?? 'property';
  if (kind !== member.kind) throw new Uncertain(`it is a ${member.kind} in the place of a ${kind}`);
  if (above.member && needed(member) > allowed(above.member)) {
    throw new Uncertain('it needs more arguments than the method that it replaces');
  }
}

function needed({ ast }: ExportedMember): number {
  return ast ? (parametersOf(ast) ?? []).filter((parameter) => !parameter.default).length : 0;
}

function allowed({ ast }: ExportedMember): number {
  return ast ? (parametersOf(ast)?.length ?? Infinity) : Infinity;
}

/**
 * Checks that a method takes a number of arguments.
 *
 * @throws Uncertain
 */
export function assertFit(name: string, definition: PythonNode | null | undefined, count: number): void {
  const parameters = definition && parametersOf(definition)?.slice(1);
  if (!parameters) return;
  if (count > parameters.length || parameters.slice(count).some((parameter) => !parameter.default)) {
    throw new Uncertain(`it calls ${name}() with another number of arguments than it has`);
  }
}
