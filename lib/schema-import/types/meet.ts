import {
  ANY_OBJECT,
  membersOf,
  NEVER,
  type ObjectNode,
  type PropertyNode,
  type TypeNode,
  unionOf,
  UNKNOWN,
  wordOf,
} from './type-node.js';

/** The type of the values that are of both types. */
export function meet(a: TypeNode, b: TypeNode): TypeNode {
  if (a === UNKNOWN || a === b) return b;
  if (b === UNKNOWN) return a;
  if (isOpen(a) || isOpen(b)) return { kind: 'both', members: [a, b] };
  return unionOf(membersOf(a).flatMap((one) => membersOf(b).map((other) => meetOne(one, other))));
}

/** The part of a type that is objects; any object where it is not known to be. */
export function objectsOf(type: TypeNode): TypeNode {
  const objects = meet(type, ANY_OBJECT);
  return objects === NEVER ? ANY_OBJECT : objects;
}

function meetOne(a: TypeNode, b: TypeNode): TypeNode {
  if (a === b || isOpen(b)) return a === b ? a : { kind: 'both', members: [a, b] };
  if (isOpen(a)) return { kind: 'both', members: [a, b] };
  if (a.kind === 'literal') return isIn(a.value, b, wordOf(a)) ? a : NEVER;
  if (b.kind === 'literal') return isIn(b.value, a, wordOf(b)) ? b : NEVER;
  if (a.kind === 'object' && b.kind === 'object') return merged(a, b);
  if (a.kind === 'map' && b.kind === 'map') return { kind: 'map', value: meet(a.value, b.value) };
  if (a.kind === 'map' && b.kind === 'object') return b;
  if (a.kind === 'object' && b.kind === 'map') return a;
  if (a.kind === 'list' && b.kind === 'list') return { kind: 'list', item: meet(a.item, b.item) };
  if (a.kind === 'tuple' && (b.kind === 'list' || b.kind === 'tuple')) return a;
  if (a.kind === 'list' && b.kind === 'tuple') return b;
  return NEVER;
}

function isOpen(type: TypeNode): boolean {
  return (
    type.kind === 'later' || type.kind === 'both' || (type.kind === 'union' && type.members.some(isOpen))
  );
}

function isIn(value: unknown, type: TypeNode, word: TypeNode): boolean {
  return type === word || (type.kind === 'literal' && type.value === value);
}

function merged(a: ObjectNode, b: ObjectNode): ObjectNode {
  const properties = new Map<string, PropertyNode>(a.properties.map((property) => [property.name, property]));
  for (const property of b.properties) {
    const known = properties.get(property.name);
    properties.set(
      property.name,
      known === undefined
        ? property
        : {
            name: property.name,
            type: meet(known.type, property.type),
            isRequired: known.isRequired || property.isRequired,
            comment: known.comment ?? property.comment,
          },
    );
  }
  return {
    kind: 'object',
    properties: [...properties.values()],
    comment: a.comment ?? b.comment,
    title: b.title ?? a.title,
  };
}
