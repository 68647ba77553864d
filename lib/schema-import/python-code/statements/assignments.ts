import type { PythonNode } from '../../exporter/index.js';
import { type Code, isLiteral, part } from '../code.js';
import { assertNoObject } from '../expressions/comparability.js';
import type { FunctionContext, Statement } from './function-context.js';
import { localName } from '../local-name.js';
import { isOnly, listOf, mayBe, unseenItemOf } from '../python-type.js';
import { child, children, is, maybe, name } from '../syntax.js';
import { Uncertain } from '../uncertain.js';

export function assignment(node: PythonNode, context: FunctionContext): Statement {
  const targets = is(node, 'Assign') ? children(node, 'targets') : [child(node, 'target')];
  const [target] = targets;
  const valueNode = maybe(node, 'value');
  if (!target || targets.length > 1 || !valueNode) throw new Uncertain('it assigns to several names at once');
  const value = context.expression(valueNode);
  if (is(target, 'Name')) {
    assertNoSecondName(name(target, 'id'), valueNode, value, context);
    return nameAssignment(node, name(target, 'id'), value, context);
  }
  if (is(target, 'Tuple')) return tupleAssignment(node, target, value, context);
  if (is(target, 'Attribute')) return { lines: [fieldAssignment(target, value, '=', context)], ends: false };
  throw new Uncertain('it assigns to an item of a value');
}

function nameAssignment(node: PythonNode, local: string, value: Code, context: FunctionContext): Statement {
  const { text, type: valueType } = ownList(local, value, context);
  const isDeclared = context.names.declaredAt(node).includes(local);
  context.noteLocal(local, valueType);
  context.assigned.add(local);
  if (!isDeclared) return { lines: [`${localName(local)} = ${text};`], ends: false };
  const isConstant = context.names.isConstant(local);
  const needsType = !isConstant || isLiteral(value) || valueType.kind === 'list' || valueType.kind === 'set';
  const type = needsType ? `: ${context.typeText(context.localType(local))}` : '';
  return {
    lines: [`${isConstant ? 'const' : 'let'} ${localName(local)}${type} = ${text};`],
    ends: false,
    declared: [local],
  };
}

/** A list that has two names, and is changed under one of them, is not copied in Python. */
function assertNoSecondName(local: string, node: PythonNode, { type }: Code, context: FunctionContext): void {
  if (!mayBe(type, 'list', 'set', 'any') || !context.names.isChanged(local)) return;
  if (namesOf(node).some((other) => other !== context.self))
    throw new Uncertain(`it changes ${local}, which has another name, too`);
}

/** The names whose value, or an item of it, an expression may be. */
function namesOf(node: PythonNode): string[] {
  if (is(node, 'Name')) return [name(node, 'id')];
  if (is(node, 'IfExp')) return [...namesOf(child(node, 'body')), ...namesOf(child(node, 'orelse'))];
  if (is(node, 'BoolOp')) return children(node, 'values').flatMap(namesOf);
  if (is(node, 'Attribute')) return namesOf(child(node, 'value'));
  // A slice is a copy.
  if (is(node, 'Subscript')) return is(child(node, 'slice'), 'Slice') ? [] : namesOf(child(node, 'value'));
  const callee = is(node, 'Call') ? child(node, 'func') : undefined;
  return is(callee, 'Attribute') && name(callee, 'attr') === 'get' ? namesOf(child(callee, 'value')) : [];
}

/** A list that the function changes is its own: that of an accessor, or of the body, stays as it is. */
function ownList(local: string, value: Code, context: FunctionContext): Pick<Code, 'text' | 'type'> {
  if (value.isFresh || !context.names.isChanged(local)) return value;
  if (value.type.kind === 'list') return { text: `[...${part(value)}]`, type: value.type };
  return mayBe(value.type, 'any')
    ? { text: `py.listCopy(${value.text})`, type: listOf(unseenItemOf(value.type)) }
    : value;
}

function tupleAssignment(
  node: PythonNode,
  target: PythonNode,
  value: Code,
  context: FunctionContext,
): Statement {
  const names = children(target, 'elts').map((item) => {
    if (!is(item, 'Name')) throw new Uncertain('it takes apart a value in a way that is not translated');
    return name(item, 'id');
  });
  const { type } = value;
  assertNoObject(type);
  const isPair = type.kind === 'tuple' && type.items.length === names.length;
  names.forEach((local, index) => {
    context.noteLocal(local, isPair ? type.items[index]! : unseenItemOf(type));
    context.assigned.add(local);
  });
  const source = isPair ? value.text : `py.unpack(${value.text}, ${names.length})`;
  const texts = names.map((local) => (context.names.isUsed(local) ? localName(local) : ''));
  while (texts.at(-1) === '') texts.pop();
  const unused = names.filter((local) => !context.names.isUsed(local));
  const here = context.names.declaredAt(node);
  const areAllDeclared = names.every((local) => here.includes(local) || unused.includes(local));
  const areConstant = names.every((local) => context.names.isConstant(local) || unused.includes(local));
  if (areAllDeclared && areConstant) {
    return { lines: [`const [${texts.join(', ')}] = ${source};`], ends: false, declared: names };
  }
  return { lines: [`[${texts.join(', ')}] = ${source};`], ends: false, declared: unused };
}

export function fieldAssignment(
  target: PythonNode,
  value: Code,
  sign: '=' | '??=',
  context: FunctionContext,
): string {
  const attribute = name(target, 'attr');
  const owner = child(target, 'value');
  const isOwn = is(owner, 'Name') && name(owner, 'id') === context.self;
  const field = isOwn ? context.program.field(attribute) : undefined;
  if (field === undefined) throw new Uncertain(`it sets the attribute ${attribute}`);
  context.program.note(`field:${attribute}`, value.type);
  context.assigned.add(`self.${attribute}`);
  return `this.${field} ${sign} ${value.text};`;
}

export function augmentedAssignment(node: PythonNode, context: FunctionContext): string[] {
  const target = child(node, 'target');
  if (!is(target, 'Name'))
    throw new Uncertain('it changes something else than a local name with an operator');
  const local = name(target, 'id');
  const before = context.local(local)!;
  const value = context.expression({
    _type: 'BinOp',
    left: target,
    op: child(node, 'op'),
    right: child(node, 'value'),
  });
  if (isOnly(before.type, 'list') && is(child(node, 'op'), 'Add')) {
    const added = context.expression(child(node, 'value'));
    context.noteLocal(local, listOf(added.type.kind === 'list' ? added.type.item : unseenItemOf(added.type)));
    return [`py.extend(${before.text}, ${added.text});`];
  }
  if (!isOnly(before.type, 'str', 'number', 'never')) {
    throw new Uncertain(`it changes ${local} with an operator, and its type is not known`);
  }
  context.noteLocal(local, value.type);
  return [`${before.text} = ${value.text};`];
}
