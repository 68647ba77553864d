import type { PythonNode } from '../../exporter/index.js';
import { child, children, is, name, walk } from '../syntax.js';

/** The methods that change a list or set. */
export const CHANGES: ReadonlySet<string> = new Set(['add', 'append', 'extend', 'reverse', 'sort', 'update']);

/** The places where TypeScript declares the local names of a function. Blocks of TypeScript have names of their own. */
export class LocalNames {
  readonly names: ReadonlySet<string>;
  private readonly places = new Map<PythonNode, string[]>();

  /** @param parameters the names that have a value from the start: they are declared as parameters */
  constructor(
    private readonly definition: PythonNode,
    parameters: readonly string[],
  ) {
    const assigned = [...walk(definition)].flatMap(assignedNames);
    this.names = new Set(assigned.filter((local) => !parameters.includes(local)));
    for (const local of this.names) {
      const place = placeOf(local, children(definition, 'body'));
      if (place) this.places.set(place, [...(this.places.get(place) ?? []), local]);
    }
  }

  /** The names that are declared at a statement, the first one in their block that has to do with them. */
  declaredAt(statement: PythonNode): readonly string[] {
    return this.places.get(statement) ?? [];
  }

  /** Whether a name gets a value in one place only. */
  isConstant(local: string): boolean {
    return [...walk(this.definition)].flatMap(assignedNames).filter((one) => one === local).length === 1;
  }

  /** Whether the code uses the value of a name. */
  isUsed(local: string): boolean {
    const uses = [...walk(this.definition)].filter((node) => is(node, 'Name') && name(node, 'id') === local);
    const assignments = [...walk(this.definition)].flatMap(assignedNames).filter((one) => one === local);
    return uses.length > assignments.length;
  }

  /** Whether statements give a name a value. */
  isAssignedIn(local: string, statements: readonly PythonNode[]): boolean {
    return statements.flatMap((statement) => [...walk(statement)].flatMap(assignedNames)).includes(local);
  }

  /** Whether a name of loops is used outside them. */
  isUsedOutsideLoops(local: string): boolean {
    const loops = [...walk(this.definition)].filter(
      (node) => is(node, 'For') && targetNames(node['target'] as PythonNode).includes(local),
    );
    const within = loops.reduce((sum, loop) => sum + count(local, loop), 0);
    return count(local, this.definition) > within;
  }

  /** Whether the function changes a list or set that has this name. */
  isChanged(local: string): boolean {
    return [...walk(this.definition)].some((node) => {
      if (is(node, 'AugAssign')) return targetNames(node['target'] as PythonNode).includes(local);
      if (!is(node, 'Attribute') || !CHANGES.has(name(node, 'attr'))) return false;
      const owner = node['value'] as PythonNode;
      return is(owner, 'Name') && name(owner, 'id') === local;
    });
  }
}

/** The names that a statement assigns to. */
export function assignedNames(node: PythonNode): string[] {
  if (is(node, 'Assign')) return children(node, 'targets').flatMap(targetNames);
  if (is(node, 'AugAssign') || is(node, 'AnnAssign') || is(node, 'For')) {
    return targetNames(child(node, 'target'));
  }
  return [];
}

function targetNames(target: PythonNode): string[] {
  if (is(target, 'Name')) return [name(target, 'id')];
  return is(target, 'Tuple') || is(target, 'List') ? children(target, 'elts').flatMap(targetNames) : [];
}

/** The first statement of the innermost block that has all uses of a name; undefined for the name of a loop. */
function placeOf(local: string, block: readonly PythonNode[]): PythonNode | undefined {
  const users = block.filter((statement) => count(local, statement) > 0);
  const [first] = users;
  if (users.length !== 1 || !first) return first;
  if (is(first, 'For') && targetNames(first['target'] as PythonNode).includes(local)) return undefined;
  const inner = innerBlocks(first).filter((statements) =>
    statements.some((statement) => count(local, statement) > 0),
  );
  const within = inner.flat().reduce((sum, statement) => sum + count(local, statement), 0);
  return inner.length === 1 && within === count(local, first) ? placeOf(local, inner[0]!) : first;
}

function innerBlocks(statement: PythonNode): (readonly PythonNode[])[] {
  if (is(statement, 'If') || is(statement, 'For')) {
    return [children(statement, 'body'), children(statement, 'orelse')];
  }
  if (!is(statement, 'Try')) return [];
  return [
    children(statement, 'body'),
    ...children(statement, 'handlers').map((handler) => children(handler, 'body')),
  ];
}

function count(local: string, node: PythonNode): number {
  return [...walk(node)].filter((inner) => is(inner, 'Name') && name(inner, 'id') === local).length;
}
