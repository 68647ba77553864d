/** The type of a Python expression, as far as it is known. */
export type PythonType =
  | { readonly kind: SimpleKind }
  | { readonly kind: 'list' | 'set'; readonly item: PythonType }
  | { readonly kind: 'tuple'; readonly items: readonly PythonType[] }
  /** An instance of a class of the package other than a message class. */
  | { readonly kind: 'instance'; readonly of: string }
  | { readonly kind: 'union'; readonly of: readonly PythonType[] };

/** `never`: nothing is known yet. `any`: it may be any JSON. `member`: a member of an enumeration. */
export type SimpleKind =
  'never' | 'any' | 'none' | 'bool' | 'number' | 'str' | 'dict' | 'match' | 'regex' | 'member' | 'message';

const simple = (kind: SimpleKind): PythonType => ({ kind });

export const NEVER = simple('never');
export const ANY = simple('any');
export const NONE = simple('none');
export const BOOL = simple('bool');
export const NUMBER = simple('number');
export const STR = simple('str');
export const DICT = simple('dict');
export const MATCH = simple('match');
export const REGEX = simple('regex');
export const MEMBER = simple('member');
export const MESSAGE = simple('message');
export const MAYBE_STR: PythonType = { kind: 'union', of: [STR, NONE] };

export function listOf(item: PythonType): PythonType {
  return { kind: 'list', item };
}

export function setOf(item: PythonType): PythonType {
  return { kind: 'set', item };
}

/** The type of what has one of the types. Beside `any`, it keeps the types that have another meaning than their JSON. */
export function join(...types: readonly PythonType[]): PythonType {
  const members: PythonType[] = [];
  for (const type of types.flatMap(membersOf)) {
    const place = members.findIndex((member) => isMergeable(member, type));
    if (place === -1) members.push(type);
    else members[place] = merged(members[place]!, type);
  }
  const isAny = members.some(({ kind }) => kind === 'any');
  const [first, ...others] = members.filter(
    (type) => type.kind === 'any' || (type.kind !== 'never' && (!isAny || hasTuple(type) || hasObject(type))),
  );
  if (!first) return NEVER;
  return others.length === 0 ? first : { kind: 'union', of: [first, ...others] };
}

export function membersOf(type: PythonType): readonly PythonType[] {
  return type.kind === 'union' ? type.of : [type];
}

function isMergeable(one: PythonType, other: PythonType): boolean {
  if (one.kind === 'tuple' && other.kind === 'tuple') return one.items.length === other.items.length;
  if (one.kind === 'instance' && other.kind === 'instance') return one.of === other.of;
  return one.kind === other.kind && one.kind !== 'instance' && one.kind !== 'tuple';
}

function merged(one: PythonType, other: PythonType): PythonType {
  if (one.kind === 'list' && other.kind === 'list') return listOf(join(one.item, other.item));
  if (one.kind === 'set' && other.kind === 'set') return setOf(join(one.item, other.item));
  if (one.kind === 'tuple' && other.kind === 'tuple') {
    return { kind: 'tuple', items: one.items.map((item, index) => join(item, other.items[index]!)) };
  }
  return one;
}

/** Whether a value of the type may be of one of these kinds. */
export function mayBe(type: PythonType, ...kinds: readonly PythonType['kind'][]): boolean {
  return membersOf(type).some(({ kind }) => kinds.includes(kind));
}

/** Whether every value of the type is of one of these kinds. */
export function isOnly(type: PythonType, ...kinds: readonly PythonType['kind'][]): boolean {
  return membersOf(type).every(({ kind }) => kinds.includes(kind));
}

/** Whether a value of the type is or contains an object other than JSON, such as a named tuple or a match. */
export function hasObject(type: PythonType): boolean {
  return hasKind(type, ['instance', 'member', 'match', 'regex', 'message']);
}

/** Whether a value of the type is or contains a tuple: in TypeScript it is a list. */
export function hasTuple(type: PythonType): boolean {
  return hasKind(type, ['tuple']);
}

function hasKind(type: PythonType, kinds: readonly PythonType['kind'][]): boolean {
  return membersOf(type).some((member) => {
    if (kinds.includes(member.kind)) return true;
    if (member.kind === 'list' || member.kind === 'set') return hasKind(member.item, kinds);
    return member.kind === 'tuple' && member.items.some((item) => hasKind(item, kinds));
  });
}

/** Whether JavaScript takes a value of the type for true when Python does. */
export function isTruthAlike(type: PythonType): boolean {
  return isOnly(type, 'none', 'bool', 'number', 'str', 'instance', 'match', 'message');
}

/** Whether every value of a type has the other type. */
export function isAssignable(type: PythonType, target: PythonType): boolean {
  if (target.kind === 'any') return true;
  return membersOf(type).every((member) => membersOf(target).some((wanted) => fits(member, wanted)));
}

function fits(member: PythonType, wanted: PythonType): boolean {
  if (member.kind === 'never') return true;
  if (member.kind === 'list' && wanted.kind === 'list') return isAssignable(member.item, wanted.item);
  if (member.kind === 'set' && wanted.kind === 'set') return isAssignable(member.item, wanted.item);
  if (member.kind === 'tuple' && wanted.kind === 'tuple') {
    return (
      member.items.length === wanted.items.length &&
      member.items.every((item, index) => isAssignable(item, wanted.items[index]!))
    );
  }
  if (member.kind === 'tuple' && wanted.kind === 'list') {
    return member.items.every((item) => isAssignable(item, wanted.item));
  }
  if (member.kind === 'instance' && wanted.kind === 'instance') return member.of === wanted.of;
  return member.kind === wanted.kind && !['list', 'set', 'tuple'].includes(member.kind);
}

/** The type of the items of a value, as TypeScript knows it where a helper of `py` gives it an item. */
export function unseenItemOf(type: PythonType): PythonType {
  return type.kind === 'never' ? type : join(ANY, itemOf(type));
}

/** The type of the items of a value that is iterated; `any` where it is not known. */
export function itemOf(type: PythonType): PythonType {
  return join(
    ...membersOf(type).map((member) => {
      if (member.kind === 'list' || member.kind === 'set') return member.item;
      if (member.kind === 'tuple') return join(...member.items);
      return member.kind === 'str' || member.kind === 'never' ? member : ANY;
    }),
  );
}

const WORDS: Readonly<Record<SimpleKind, string>> = {
  never: 'unknown',
  any: 'unknown',
  none: 'null',
  bool: 'boolean',
  number: 'number',
  str: 'string',
  dict: 'Record<string, unknown>',
  match: 'py.Match',
  regex: 'py.RegularExpression',
  member: 'py.EnumMember',
  message: 'Message<object>',
};

/** The type in TypeScript. */
export function typeText(type: PythonType, nameOf: (classId: string) => string): string {
  switch (type.kind) {
    case 'list': {
      const item = typeText(type.item, nameOf);
      return `${item.includes(' ') ? `(${item})` : item}[]`;
    }
    case 'set':
      return `Set<${typeText(type.item, nameOf)}>`;
    case 'tuple':
      return `[${type.items.map((item) => typeText(item, nameOf)).join(', ')}]`;
    case 'instance':
      return nameOf(type.of);
    case 'union':
      if (mayBe(type, 'any')) return WORDS.any;
      return type.of
        .toSorted((one, other) => Number(one.kind === 'none') - Number(other.kind === 'none'))
        .map((member) => typeText(member, nameOf))
        .join(' | ');
    default:
      return WORDS[type.kind];
  }
}
