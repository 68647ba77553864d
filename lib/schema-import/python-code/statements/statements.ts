import type { PythonNode } from '../../exporter/index.js';
import { iterated, targetOf } from '../expressions/comprehensions.js';
import { errorMessage, errorName } from '../expressions/calls.js';
import { assignment, augmentedAssignment, fieldAssignment } from './assignments.js';
import type { Context } from '../context.js';
import type { Block, FunctionContext, Statement } from './function-context.js';
import { listChange } from '../expressions/methods.js';
import { truthOf } from '../expressions/operators.js';
import { NONE } from '../python-type.js';
import { child, children, constantText, is, maybe, name } from '../syntax.js';
import { localName } from '../local-name.js';
import { Uncertain } from '../uncertain.js';

const INDENT = '  ';

/** Translates the statements of a block. */
export function statementLines(statements: readonly PythonNode[], context: FunctionContext): Block {
  const lines: string[] = [];
  for (const statement of statements) {
    const block = oneStatement(statement, context);
    lines.push(...declarations(statement, block.declared, context), ...block.lines);
    // Python never comes to what follows.
    if (block.ends) return { lines, ends: true };
  }
  return { lines, ends: false };
}

/** The declarations of names that the statement gives no value, or not always. */
function declarations(
  statement: PythonNode,
  declared: readonly string[] = [],
  context: FunctionContext,
): string[] {
  return context.names
    .declaredAt(statement)
    .filter((local) => !declared.includes(local))
    .map((local) => `let ${localName(local)}: ${context.typeText(context.localType(local))};`);
}

function oneStatement(node: PythonNode, context: FunctionContext): Statement {
  switch (node['_type']) {
    case 'Pass':
      return { lines: [], ends: false };
    case 'Return': {
      const value = maybe(node, 'value');
      const code = value ? context.expression(value) : { text: 'null', type: NONE, isAtom: true };
      return { lines: [`return ${context.return(code)};`], ends: true };
    }
    case 'Raise':
      return raise(node, context);
    case 'Expr':
      return { lines: expressionStatement(child(node, 'value'), context), ends: false };
    case 'Assign':
    case 'AnnAssign':
      return assignment(node, context);
    case 'AugAssign':
      return { lines: augmentedAssignment(node, context), ends: false };
    case 'If':
      return ifStatement(node, context);
    case 'For':
      return forStatement(node, context);
    case 'Try':
      return tryStatement(node, context);
    case 'Continue':
      return { lines: ['continue;'], ends: true };
    case 'Break':
      return { lines: ['break;'], ends: true };
    default:
      throw new Uncertain(`it has a statement that is not translated (${node['_type']})`);
  }
}

function raise(node: PythonNode, context: FunctionContext): Statement {
  const error = maybe(node, 'exc');
  if (!error || maybe(node, 'cause')) throw new Uncertain('it raises an error again');
  const text = `throw new py.PythonError("${errorName(error, context)}", ${errorMessage(error, context)});`;
  return { lines: [text], ends: true };
}

function expressionStatement(value: PythonNode, context: FunctionContext): string[] {
  // The comment of the function.
  if (constantText(value) !== undefined) return [];
  if (!is(value, 'Call')) throw new Uncertain('it has a statement that does nothing');
  if (isWarning(value, context)) return [];
  const change = listChange(value, context, (list, type) => context.noteLocal(list, type));
  if (change === undefined) throw new Uncertain('it calls a function for its effect');
  return [`${change};`];
}

/** `warnings.warn(…)` says something to the author of the code, and changes no answer. */
function isWarning(node: PythonNode, context: Context): boolean {
  const callee = child(node, 'func');
  if (!is(callee, 'Attribute') || !is(child(callee, 'value'), 'Name')) return false;
  const found = context.program.global(name(child(callee, 'value'), 'id'));
  return found?.kind === 'foreign' && found.target === 'warnings' && name(callee, 'attr') === 'warn';
}

function ifStatement(node: PythonNode, context: FunctionContext): Statement {
  const cached = cachedField(node, context);
  if (cached) return cached;
  const before = new Set(context.assigned);
  const test = truthOf(child(node, 'test'), context);
  const body = statementLines(children(node, 'body'), context);
  const afterBody = context.assigned;
  context.assigned = new Set(before);
  const otherwise = children(node, 'orelse');
  const orElse = statementLines(otherwise, context);
  const afterElse = context.assigned;
  context.assigned = merged(body.ends ? undefined : afterBody, orElse.ends ? undefined : afterElse, before);
  return { lines: ifLines(test, body, orElse, otherwise), ends: body.ends && orElse.ends };
}

function ifLines(test: string, body: Block, orElse: Block, otherwise: readonly PythonNode[]): string[] {
  const lines = [`if (${test}) {`, ...indented(body.lines)];
  if (orElse.lines.length === 0) return [...lines, '}'];
  const [first, ...others] = orElse.lines;
  const isElseIf = otherwise.length === 1 && is(otherwise[0], 'If') && first!.startsWith('if (');
  if (isElseIf) return [...lines, `} else ${first}`, ...others];
  return [...lines, '} else {', ...indented(orElse.lines), '}'];
}

/** `if not hasattr(self, "_x"): self._x = …`: makes a value once. */
function cachedField(node: PythonNode, context: FunctionContext): Statement | undefined {
  const test = child(node, 'test');
  const asked = is(test, 'UnaryOp') && is(child(test, 'op'), 'Not') ? child(test, 'operand') : undefined;
  if (!asked || !is(asked, 'Call') || !is(child(asked, 'func'), 'Name')) return undefined;
  if (name(child(asked, 'func'), 'id') !== 'hasattr') return undefined;
  const [owner, attribute] = children(asked, 'args');
  const [statement, ...others] = children(node, 'body');
  const [target] = statement && is(statement, 'Assign') ? children(statement, 'targets') : [];
  if (!target || others.length > 0 || children(node, 'orelse').length > 0 || !is(target, 'Attribute')) {
    throw new Uncertain('it asks whether an attribute is there');
  }
  const isSame =
    is(owner, 'Name') &&
    name(owner, 'id') === context.self &&
    constantText(attribute!) === name(target, 'attr');
  // A class attribute is always there.
  if (!isSame || context.program.constantsOf(name(target, 'attr'))) {
    throw new Uncertain('it asks whether an attribute is there');
  }
  const value = context.expression(child(statement!, 'value'));
  return { lines: [fieldAssignment(target, value, '??=', context)], ends: false };
}

function forStatement(node: PythonNode, context: FunctionContext): Statement {
  if (children(node, 'orelse').length > 0) throw new Uncertain('it has a loop with else');
  const source = iterated(context.expression(child(node, 'iter')));
  const target = targetOf(child(node, 'target'), source.type);
  for (const [local, type] of target.names) {
    // In Python, the name has the last item after the loop.
    if (context.assigned.has(local) && context.names.isUsedOutsideLoops(local))
      throw new Uncertain(`it uses ${local} of a loop elsewhere`);
    context.noteLocal(local, type);
  }
  const before = new Set(context.assigned);
  for (const local of target.names.keys()) context.assigned.add(local);
  const body = statementLines(children(node, 'body'), context);
  context.assigned = before;
  const isConstant = [...target.names.keys()].every(
    (local) => !context.names.isAssignedIn(local, children(node, 'body')),
  );
  const texts = is(child(node, 'target'), 'Name')
    ? localName(name(child(node, 'target'), 'id'))
    : target.text;
  return {
    lines: [
      `for (${isConstant ? 'const' : 'let'} ${texts} of ${source.text}) {`,
      ...indented(body.lines),
      '}',
    ],
    ends: false,
    declared: [...target.names.keys()].filter((local) => !context.names.isUsedOutsideLoops(local)),
  };
}

function tryStatement(node: PythonNode, context: FunctionContext): Statement {
  if (children(node, 'orelse').length > 0 || children(node, 'finalbody').length > 0) {
    throw new Uncertain('it has a try with else or finally');
  }
  const before = new Set(context.assigned);
  const body = statementLines(children(node, 'body'), context);
  const ends = [body.ends];
  const after = [body.ends ? undefined : context.assigned];
  const handlers = children(node, 'handlers').map((handler) => {
    if (handler['name']) throw new Uncertain('it uses an error that it catches');
    context.assigned = new Set(before);
    const block = statementLines(children(handler, 'body'), context);
    ends.push(block.ends);
    after.push(block.ends ? undefined : context.assigned);
    return { test: `py.isError(error, ${caught(maybe(handler, 'type'), context)})`, lines: block.lines };
  });
  context.assigned = after.reduce((one, other) => merged(one, other, before)) ?? before;
  return {
    lines: ['try {', ...indented(body.lines), '} catch (error) {', ...indented(handlerLines(handlers)), '}'],
    ends: ends.every(Boolean),
  };
}

function handlerLines(
  handlers: readonly { readonly test: string; readonly lines: readonly string[] }[],
): string[] {
  const [only, ...others] = handlers;
  if (others.length === 0) return [`if (!${only!.test}) throw error;`, ...only!.lines];
  const chained = handlers.flatMap(({ test, lines }, index) => [
    `${index === 0 ? '' : '} else '}if (${test}) {`,
    ...indented(lines),
  ]);
  return [...chained, '} else {', `${INDENT}throw error;`, '}'];
}

function caught(type: PythonNode | null, context: Context): string {
  if (type === null) return '"Exception"';
  const types = is(type, 'Tuple') ? children(type, 'elts') : [type];
  return types.map((one) => `"${errorName(one, context)}"`).join(', ');
}

/** The names that have a value after either of two branches; undefined stands for a branch that ends elsewhere. */
function merged(
  one: Set<string> | undefined,
  other: Set<string> | undefined,
  before: Set<string>,
): Set<string> {
  if (!one || !other) return one ?? other ?? before;
  return new Set([...one].filter((local) => other.has(local)));
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => (line === '' ? line : INDENT + line));
}
