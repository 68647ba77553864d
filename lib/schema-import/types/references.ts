import { isSchema, type JsonSchema } from '../../json-schema/index.js';

/** The target of a reference. */
export interface Target {
  readonly schema: unknown;
  /** The last part of the reference. */
  readonly name: string;
}

/**
 * Finds what a `$ref` refers to, in the same schema: by a JSON Pointer, by `$anchor`, or by an `id` that is a fragment.
 *
 * @returns undefined when it refers to something else
 */
export function resolveReference(root: JsonSchema, reference: string): Target | undefined {
  const [address = '', fragment = ''] = reference.split('#', 2);
  if (address !== '' && address !== addressOf(root)) return undefined;
  if (fragment === '') return { schema: root, name: '' };
  const name = decoded(fragment.split('/').at(-1)!);
  const schema = fragment.startsWith('/') ? atPointer(root, fragment) : withAnchor(root, fragment);
  return schema === undefined ? undefined : { schema, name };
}

function addressOf(root: JsonSchema): string | undefined {
  return String(root['$id'] ?? root['id'] ?? '').split('#')[0];
}

function atPointer(root: unknown, pointer: string): unknown {
  let value = root;
  for (const part of pointer.split('/').slice(1).map(decoded)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}

function withAnchor(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return firstOf(value, name);
  if (!isSchema(value)) return undefined;
  if (value['$anchor'] === name || value['$id'] === `#${name}` || value['id'] === `#${name}`) return value;
  return firstOf(Object.values(value), name);
}

function firstOf(values: readonly unknown[], name: string): unknown {
  for (const value of values) {
    const found = withAnchor(value, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function decoded(part: string): string {
  const text = part.replaceAll('~1', '/').replaceAll('~0', '~');
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
