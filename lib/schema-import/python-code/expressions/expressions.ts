import { memberName } from '../../names/index.js';
import type { ConstantKind, PythonNode } from '../../exporter/index.js';
import { literal, propertyName } from '../../printing/index.js';
import { builtinCall, functionCall } from './calls.js';
import { atom, call, type Code, part, textLiteral } from '../code.js';
import { assertInSet, assertNoObject } from './comparability.js';
import { comprehension } from './comprehensions.js';
import type { Context } from '../context.js';
import { methodCall } from './methods.js';
import { binaryOperation, booleanOperation, comparison, conditional, unaryOperation } from './operators.js';
import {
  ANY,
  BOOL,
  DICT,
  hasObject,
  hasTuple,
  isOnly,
  itemOf,
  join,
  listOf,
  mayBe,
  membersOf,
  NONE,
  NUMBER,
  setOf,
  STR,
} from '../python-type.js';
import { child, children, is, isNone, maybe, name } from '../syntax.js';
import { fString } from './texts.js';
import { Uncertain } from '../uncertain.js';

type Translate = (node: PythonNode, context: Context) => Code;

const TRANSLATIONS: Readonly<Record<string, Translate>> = {
  Constant: constant,
  Name: nameOf,
  Attribute: attribute,
  Subscript: subscript,
  Call: anyCall,
  BinOp: binaryOperation,
  BoolOp: booleanOperation,
  UnaryOp: unaryOperation,
  Compare: comparison,
  IfExp: conditional,
  JoinedStr: fString,
  List: list,
  Tuple: tuple,
  Set: (node, context) => setOfList(list(node, context)),
  Dict: dict,
  ListComp: comprehension,
  GeneratorExp: comprehension,
  SetComp: (node, context) => setOfList(comprehension(node, context)),
};

function setOfList(items: Code): Code {
  assertInSet(itemOf(items.type));
  return call('py.set', [items], setOf(itemOf(items.type)));
}

/** Translates an expression of Python. */
export function expression(node: PythonNode, context: Context): Code {
  const translate = TRANSLATIONS[node['_type']];
  if (!translate) throw new Uncertain(`it has an expression that is not translated (${node['_type']})`);
  return translate(node, context);
}

function constant(node: PythonNode): Code {
  const { value, kind } = node;
  switch (kind) {
    case 'str':
      return textLiteral(value as string);
    case 'None':
      return atom('null', NONE);
    case 'bool':
      return atom(String(value), BOOL);
    case 'int':
    case 'float':
      if (typeof value === 'number' && (kind === 'int' || !Number.isInteger(value))) {
        return atom(String(value), NUMBER);
      }
  }
  throw new Uncertain(`it has a constant of the type ${String(kind)}`);
}

/**
 * The value of a constant of a module or class.
 *
 * @param kind the kind of the value, where its JSON does not say everything
 * @throws Uncertain when the value is or contains a whole `float`, or contains a tuple
 */
export function constantValue(value: unknown, kind?: ConstantKind): Code {
  if (kind === 'inexact') throw new Uncertain('it uses a constant that contains a tuple, or 1.0 for example');
  if (kind === 'tuple') {
    const items = (value as unknown[]).map((item) => constantValue(item).type);
    return atom(literal(value), { kind: 'tuple', items }, { isFresh: true });
  }
  if (typeof value === 'string') return textLiteral(value);
  const text = literal(value);
  if (value === null) return atom('null', NONE);
  if (typeof value === 'boolean') return atom(text, BOOL);
  if (typeof value === 'number') return atom(text, NUMBER);
  if (Array.isArray(value)) {
    return atom(text, listOf(join(...value.map((item) => constantValue(item).type))), { isFresh: true });
  }
  return atom(text, DICT);
}

function nameOf(node: PythonNode, context: Context): Code {
  const id = name(node, 'id');
  const local = context.local(id);
  if (local) return local;
  const found = context.program.global(id);
  if (found?.kind === 'constant') return constantValue(found.value, found.valueKind);
  throw new Uncertain(`it uses ${id}, which is not translated`);
}

function attribute(node: PythonNode, context: Context): Code {
  const attr = name(node, 'attr');
  const owner = child(node, 'value');
  if (isSelf(owner, context)) {
    const field = context.program.field(attr);
    if (field === undefined) return context.program.attribute(attr, false);
    if (context.isFieldSet(attr)) return atom(`this.${field}`, context.program.typeOf(`field:${attr}`));
    throw new Uncertain(`its attribute ${attr} may have no value`);
  }
  if (isSuper(owner, context)) return context.program.attribute(attr, true);
  const enumerated = enumConstant(node, context);
  if (enumerated) return enumerated;
  return attributeOf(context.expression(owner), attr, context);
}

/** `Enumeration.NAME.value` and `.name`. */
function enumConstant(node: PythonNode, context: Context): Code | undefined {
  const member = child(node, 'value');
  if (!is(member, 'Attribute') || !is(child(member, 'value'), 'Name')) return undefined;
  const enumeration = name(child(member, 'value'), 'id');
  const found = context.local(enumeration) ? undefined : context.program.global(enumeration);
  const memberText = name(member, 'attr');
  if (found?.kind !== 'enum' || !Object.hasOwn(found.members, memberText)) return undefined;
  if (name(node, 'attr') === 'name') return textLiteral(memberText);
  return name(node, 'attr') === 'value' ? constantValue(found.members[memberText]) : undefined;
}

function attributeOf(owner: Code, attr: string, { program }: Context): Code {
  const { type } = owner;
  if (type.kind === 'member' && (attr === 'name' || attr === 'value')) {
    return atom(`${part(owner)}.${attr}`, attr === 'name' ? STR : ANY);
  }
  if (type.kind === 'instance') {
    const helper = program.helperClass(type.of);
    if (helper.fields.includes(attr)) {
      return atom(`${part(owner)}.${memberName(attr)}`, program.typeOf(`${type.of}.${attr}`));
    }
    if (helper.member(attr)?.kind === 'property') {
      return atom(`${part(owner)}.${memberName(attr)}`, program.typeOf(`${type.of}.${attr}`));
    }
  }
  // Nothing is known yet: the next round knows more.
  if (type.kind === 'never') return atom(`${part(owner)}.${memberName(attr)}`, type);
  throw new Uncertain(`it uses the attribute ${attr} of a value whose type is not known`);
}

export function isSelf(node: PythonNode, context: Context): boolean {
  return is(node, 'Name') && name(node, 'id') === context.self;
}

/** `super()`, `super(Class, self)`. */
export function isSuper(node: PythonNode, context: Context): boolean {
  if (!is(node, 'Call') || !is(child(node, 'func'), 'Name')) return false;
  return name(child(node, 'func'), 'id') === 'super' && context.self !== undefined;
}

function subscript(node: PythonNode, context: Context): Code {
  const container = context.expression(child(node, 'value'));
  const index = child(node, 'slice');
  if (is(index, 'Slice')) return slice(container, index, context);
  const key = context.expression(index);
  if (mayBe(container.type, 'instance', 'message', 'member', 'regex')) {
    throw new Uncertain('it takes an item of an object');
  }
  const path = [...(container.path ?? [container.text]), key.text];
  const place = placeIn(container, key);
  const said = place && context.program.bodyType(place)?.type;
  const type = join(ANY, itemOf(container.type));
  return atom(`py.item(${path.join(', ')})`, type, { path, ...(place && { place }), ...(said && { said }) });
}

/** The place in the body of an item of a value in the body. */
export function placeIn(container: Code, key: Code): readonly string[] | undefined {
  return container.place && key.constant !== undefined ? [...container.place, key.constant] : undefined;
}

function slice(container: Code, node: PythonNode, context: Context): Code {
  assertNoObject(container.type);
  const bounds = ['lower', 'upper', 'step'].map((field) => {
    const bound = maybe(node, field);
    if (bound === null || isNone(bound)) return 'null';
    const code = context.expression(bound);
    if (!isOnly(code.type, 'number'))
      throw new Uncertain('a bound of a slice may be something else than a number');
    return code.text;
  });
  while (bounds.length > 1 && bounds.at(-1) === 'null') bounds.pop();
  const isKnown = isOnly(container.type, 'str', 'list') && membersOf(container.type).length === 1;
  return call('py.slice', [container, ...bounds], isKnown ? container.type : join(ANY, container.type));
}

function list(node: PythonNode, context: Context): Code {
  const items = plainItems(node, context);
  return atom(
    `[${items.map(({ text }) => text).join(', ')}]`,
    listOf(join(...items.map(({ type }) => type))),
    {
      isFresh: true,
    },
  );
}

function tuple(node: PythonNode, context: Context): Code {
  const items = plainItems(node, context);
  const text = `[${items.map((item) => item.text).join(', ')}]`;
  return atom(text, { kind: 'tuple', items: items.map(({ type }) => type) }, { isFresh: true });
}

function plainItems(node: PythonNode, context: Context): Code[] {
  return children(node, 'elts').map((item) => {
    if (is(item, 'Starred')) throw new Uncertain('it puts the items of one list into another with *');
    return context.expression(item);
  });
}

function dict(node: PythonNode, context: Context): Code {
  const keys = node['keys'] as readonly (PythonNode | null)[];
  const values = children(node, 'values');
  const entries = keys.map((keyNode, index) => {
    const key = keyNode === null ? undefined : context.expression(keyNode);
    if (key?.constant === undefined || key.constant === '__proto__') {
      throw new Uncertain('it makes a dict with keys that are not constant texts');
    }
    const value = context.expression(values[index]!);
    if (hasTuple(value.type) || hasObject(value.type)) {
      throw new Uncertain('it puts a tuple or an object into a dict');
    }
    return `${propertyName(key.constant)}: ${value.text}`;
  });
  return atom(entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`, DICT, { isFresh: true });
}

function anyCall(node: PythonNode, context: Context): Code {
  const callee = child(node, 'func');
  if (is(callee, 'Name')) {
    const id = name(callee, 'id');
    if (context.local(id)) throw new Uncertain('it calls a function that is a value');
    const found = context.program.global(id);
    if (!found) return builtinCall(id, node, context);
    if (
      found.kind === 'function' ||
      found.kind === 'class' ||
      found.kind === 'enum' ||
      found.kind === 'foreign'
    ) {
      return functionCall(found, node, context);
    }
    throw new Uncertain(`it calls ${id}, which is not translated`);
  }
  if (!is(callee, 'Attribute')) throw new Uncertain('it calls a function that is a value');
  const foreign = foreignName(callee, context);
  if (foreign) return functionCall({ kind: 'foreign', target: foreign }, node, context);
  return methodCall(callee, node, context);
}

/** The full name of `module.function`. */
function foreignName(node: PythonNode, context: Context): string | undefined {
  const owner = child(node, 'value');
  if (!is(owner, 'Name') || context.local(name(owner, 'id'))) return undefined;
  const found = context.program.global(name(owner, 'id'));
  return found?.kind === 'foreign' ? `${found.target}.${name(node, 'attr')}` : undefined;
}
