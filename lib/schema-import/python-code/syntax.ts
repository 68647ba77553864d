import type { PythonNode } from '../exporter/index.js';

/** A field of a node that is a node. */
export function child(node: PythonNode, field: string): PythonNode {
  return node[field] as PythonNode;
}

/** A field of a node that is a node or null. */
export function maybe(node: PythonNode, field: string): PythonNode | null {
  return (node[field] ?? null) as PythonNode | null;
}

/** A field of a node that is a list of nodes. */
export function children(node: PythonNode, field: string): readonly PythonNode[] {
  return (node[field] ?? []) as readonly PythonNode[];
}

/** A field of a node that is a text: a name, for example. */
export function name(node: PythonNode, field: string): string {
  return node[field] as string;
}

/** The name of the node's class in Python's `ast`. */
export function typeOf(node: PythonNode): string {
  return node['_type'];
}

export function is(node: PythonNode | null | undefined, type: string): node is PythonNode {
  return node?.['_type'] === type;
}

/** The value of a constant text; undefined for other nodes. */
export function constantText(node: PythonNode): string | undefined {
  return is(node, 'Constant') && node['kind'] === 'str' ? (node['value'] as string) : undefined;
}

export function isNone(node: PythonNode): boolean {
  return is(node, 'Constant') && node['kind'] === 'None';
}

/** All nodes of a tree, the node itself first. */
export function* walk(node: PythonNode): Generator<PythonNode> {
  yield node;
  for (const value of Object.values(node)) {
    for (const inner of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (typeof inner === 'object' && inner !== null && '_type' in inner) yield* walk(inner as PythonNode);
    }
  }
}

/** A positional parameter of a function. */
export interface Parameter {
  readonly name: string;
  readonly default: PythonNode | undefined;
}

/** The parameters of a function or lambda; undefined when it has others than simple ones. */
export function parametersOf(definition: PythonNode): Parameter[] | undefined {
  const args = child(definition, 'args');
  if (maybe(args, 'vararg') ?? maybe(args, 'kwarg')) return undefined;
  const positional = [...children(args, 'posonlyargs'), ...children(args, 'args')];
  const defaults = children(args, 'defaults');
  const keywordDefaults = (args['kw_defaults'] ?? []) as readonly (PythonNode | null)[];
  return [
    ...positional.map((arg, index) => ({
      name: name(arg, 'arg'),
      default: defaults[index - (positional.length - defaults.length)],
    })),
    ...children(args, 'kwonlyargs').map((arg, index) => ({
      name: name(arg, 'arg'),
      default: keywordDefaults[index] ?? undefined,
    })),
  ];
}

/** The first paragraph of the docstring of a function. */
export function docOf(definition: PythonNode): string | undefined {
  const [first] = children(definition, 'body');
  const text = first && is(first, 'Expr') ? constantText(child(first, 'value')) : undefined;
  return text
    ?.trim()
    .split(/\n\s*\n/)[0]
    ?.replace(/\s+/g, ' ');
}
