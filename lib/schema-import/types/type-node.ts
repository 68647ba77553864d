/** A TypeScript type, before its parts have names. */
export type TypeNode =
  WordNode | LiteralNode | ListNode | TupleNode | MapNode | ObjectNode | UnionNode | BothNode | LaterNode;

/** A type that is one word. */
export interface WordNode {
  readonly kind: 'word';
  readonly word: 'string' | 'number' | 'boolean' | 'null' | 'unknown' | 'never';
}

export interface LiteralNode {
  readonly kind: 'literal';
  readonly value: string | number | boolean;
}

export interface ListNode {
  readonly kind: 'list';
  readonly item: TypeNode;
}

export interface TupleNode {
  readonly kind: 'tuple';
  readonly items: readonly TypeNode[];
  /** How many of the items are always there. */
  readonly required: number;
  /** The type of further items; undefined if there are none. */
  readonly rest: TypeNode | undefined;
}

/** An object whose properties have names of the sender's choice. */
export interface MapNode {
  readonly kind: 'map';
  readonly value: TypeNode;
}

/** An object with known properties; it becomes an interface. */
export interface ObjectNode {
  readonly kind: 'object';
  readonly properties: readonly PropertyNode[];
  readonly comment: string | undefined;
  /** The name of its schema: the title, or the name of a definition. */
  readonly title: string | undefined;
}

export interface PropertyNode {
  readonly name: string;
  readonly type: TypeNode;
  readonly isRequired: boolean;
  readonly comment: string | undefined;
}

export interface UnionNode {
  readonly kind: 'union';
  readonly members: readonly TypeNode[];
}

/** An intersection that can't be merged, because a part of it is still read. */
export interface BothNode {
  readonly kind: 'both';
  readonly members: readonly TypeNode[];
}

/** The type of a schema that contains itself: it is known when the whole schema has been read. */
export interface LaterNode {
  readonly kind: 'later';
  readonly schema: object;
  readonly target: () => TypeNode;
}

const word = (name: WordNode['word']): WordNode => ({ kind: 'word', word: name });

export const STRING = word('string');
export const NUMBER = word('number');
export const BOOLEAN = word('boolean');
export const NULL = word('null');
export const UNKNOWN = word('unknown');
export const NEVER = word('never');

/** An object of which nothing is known. */
export const ANY_OBJECT: MapNode = { kind: 'map', value: UNKNOWN };

/** A list of which nothing is known. */
export const ANY_LIST: ListNode = { kind: 'list', item: UNKNOWN };

/** A union; unions in it are flattened, and a member that is there twice is there once. */
export function unionOf(types: readonly TypeNode[]): TypeNode {
  const members: TypeNode[] = [];
  for (const type of types.flatMap(membersOf)) {
    if (type === UNKNOWN) return UNKNOWN;
    if (type !== NEVER && !members.some((member) => isSame(member, type))) members.push(type);
  }
  const shown = members.filter((member) => !(member.kind === 'literal' && members.includes(wordOf(member))));
  if (shown.length < 2) return shown[0] ?? NEVER;
  return { kind: 'union', members: [...shown].sort((a, b) => Number(a === NULL) - Number(b === NULL)) };
}

export function membersOf(type: TypeNode): readonly TypeNode[] {
  return type.kind === 'union' ? type.members : [type];
}

/** The type of a literal's values. */
export function wordOf({ value }: LiteralNode): WordNode {
  return typeof value === 'string' ? STRING : typeof value === 'number' ? NUMBER : BOOLEAN;
}

/** A type without itself in its own union or intersection; undefined when nothing else is in it. */
export function withoutItself(type: TypeNode, schema: object): TypeNode | undefined {
  if (type.kind === 'later') return type.schema === schema ? undefined : type;
  if (type.kind !== 'union' && type.kind !== 'both') return type;
  const members = type.members
    .map((member) => withoutItself(member, schema))
    .filter((member) => member !== undefined);
  if (type.kind === 'union') return members.length === 0 ? undefined : unionOf(members);
  return members.length < 2 ? members[0] : { kind: 'both', members };
}

function isSame(a: TypeNode, b: TypeNode): boolean {
  return a === b || (a.kind === 'literal' && b.kind === 'literal' && a.value === b.value);
}
