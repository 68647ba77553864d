import type { PythonErrorName } from '../../../python/index.js';
import type { PythonNode } from '../../exporter/index.js';
import { quote } from '../../printing/index.js';
import { argumentNodes, argumentsOf, given } from './arguments.js';
import { atom, call, type Code, part } from '../code.js';
import type { Context, Global } from '../context.js';
import { assertComparable, assertInSet, assertNoObject } from './comparability.js';
import { isBuiltin } from './builtins.js';
import { lazyTest } from './comprehensions.js';
import { lambda } from './lambda.js';
import {
  BOOL,
  isOnly,
  itemOf,
  join,
  listOf,
  mayBe,
  MEMBER,
  NEVER,
  NUMBER,
  type PythonType,
  setOf,
  STR,
  unseenItemOf,
} from '../python-type.js';
import { regularExpressionCall } from './regular-expressions.js';
import { children, constantText, is, name, parametersOf } from '../syntax.js';
import { assertHasText } from './texts.js';
import { Uncertain } from '../uncertain.js';

/** The errors of Python that are translated. */
const ERRORS: Readonly<Record<PythonErrorName, true>> = {
  ArithmeticError: true,
  AttributeError: true,
  Exception: true,
  IndexError: true,
  KeyError: true,
  LookupError: true,
  NotImplementedError: true,
  RuntimeError: true,
  TypeError: true,
  ValueError: true,
  ZeroDivisionError: true,
};

const TYPES = ['bool', 'dict', 'float', 'int', 'list', 'set', 'str'];

/** A call of a function that Python has without an import. */
export function builtinCall(id: string, node: PythonNode, context: Context): Code {
  const oneNode = (): PythonNode => {
    const [argument] = argumentNodes(node, ['x']);
    if (!argument) throw new Uncertain(`it calls ${id}() in a way that is not translated`);
    return argument;
  };
  const one = (): Code => collection(context.expression(oneNode()));
  switch (id) {
    case 'str':
      if (children(node, 'args').length === 0) return atom('""', STR, { constant: '' });
      return textOf(oneNode(), context);
    case 'repr': {
      const value = one();
      assertHasText(value);
      return call('py.repr', [value], STR);
    }
    case 'len':
      return call('py.len', [one()], NUMBER);
    case 'int':
      return call('py.int', [one()], NUMBER);
    case 'bool':
      return booleanOf(oneNode(), context);
    case 'list':
      return listCall(node, context);
    case 'set':
    case 'frozenset':
      return children(node, 'args').length === 0 ? call('new Set', [], setOf(NEVER)) : setCall(one());
    case 'sorted':
      return sortedCall(node, context);
    case 'min':
    case 'max':
      if (children(node, 'args').length > 1) {
        return greatestOf(id, node, context);
      }
      return greatestIn(id, one());
    case 'any':
    case 'all':
      return is(oneNode(), 'GeneratorExp')
        ? lazyTest(id === 'any', oneNode(), context)
        : call(`py.${id}`, [one()], BOOL);
    case 'isinstance':
      return isInstanceCall(node, context);
    default:
      throw new Uncertain(`it calls ${id}(), which is not translated`);
  }
}

/** `max(a, b)`, `min(a, b)`. */
function greatestOf(id: string, node: PythonNode, context: Context): Code {
  const args = children(node, 'args');
  const values = argumentNodes(
    node,
    args.map((_, index) => `${index}`),
  ).map((argument) => context.expression(argument!));
  if (values.every((value) => isOnly(value.type, 'number'))) return call(`Math.${id}`, values, NUMBER);
  const item = join(...values.map(({ type }) => type));
  return greatestIn(id, atom(`[${values.map(({ text }) => text).join(', ')}]`, listOf(item)));
}

function greatestIn(id: string, values: Code): Code {
  assertComparable(itemOf(values.type), itemOf(values.type));
  return call(`py.${id}`, [values], unseenItemOf(values.type));
}

/** A value as `True` or `False`. */
function booleanOf(node: PythonNode, context: Context): Code {
  const value = context.expression(node);
  return value.type.kind === 'bool' ? value : call('py.truth', [value], BOOL);
}

/** A value that is iterated, or that has a length. */
function collection(value: Code): Code {
  assertNoObject(value.type);
  return value;
}

/** `str(value)`; `str(self)` is what the instance says of itself. */
function textOf(node: PythonNode, context: Context): Code {
  if (is(node, 'Name') && name(node, 'id') === context.self)
    return context.program.method('__str__', [], false);
  const value = context.expression(node);
  if (value.type.kind === 'str') return value;
  assertHasText(value);
  return call('py.str', [value], STR);
}

function setCall(argument: Code): Code {
  assertInSet(itemOf(argument.type));
  return call('py.set', [argument], setOf(knownItem(argument.type)));
}

/** The type of the items of a list or set, as TypeScript knows it. */
function knownItem(type: PythonType): PythonType {
  return type.kind === 'list' || type.kind === 'set' ? type.item : unseenItemOf(type);
}

function listCall(node: PythonNode, context: Context): Code {
  const [argument] = argumentsOf(node, ['iterable'], context);
  if (argument) collection(argument);
  if (!argument) return atom('[]', listOf({ kind: 'never' }), { isFresh: true });
  if (argument.type.kind === 'list') {
    return argument.isFresh ? argument : atom(`[...${part(argument)}]`, argument.type, { isFresh: true });
  }
  if (argument.type.kind === 'set') {
    return atom(`[...${part(argument)}]`, listOf(argument.type.item), { isFresh: true });
  }
  return atom(`[...py.iterate(${argument.text})]`, listOf(knownItem(argument.type)), { isFresh: true });
}

function sortedCall(node: PythonNode, context: Context): Code {
  const [iterable, key, reverse] = argumentNodes(node, ['iterable', 'key', 'reverse']);
  if (!iterable) throw new Uncertain('it calls sorted() without a list');
  const value = collection(context.expression(iterable));
  const item = knownItem(value.type);
  const keyCode = key && lambda(key, [item], context);
  assertComparable(keyCode?.type ?? item, keyCode?.type ?? item);
  const options = [
    ...(keyCode ? [`key: ${keyCode.text}`] : []),
    ...(reverse ? [`reverse: ${booleanOf(reverse, context).text}`] : []),
  ];
  const texts = options.length === 0 ? [value.text] : [value.text, `{ ${options.join(', ')} }`];
  return call('py.sorted', texts, listOf(item));
}

function isInstanceCall(node: PythonNode, context: Context): Code {
  const [value, types] = children(node, 'args');
  if (!value || !types) throw new Uncertain('it calls isinstance() in a way that is not translated');
  const nodes = is(types, 'Tuple') ? children(types, 'elts') : [types];
  const names = nodes.map((type) => {
    const id = is(type, 'Name') ? name(type, 'id') : '';
    if (!TYPES.includes(id) || !isBuiltin(id, context))
      throw new Uncertain('it asks for an instance of a class that is not translated');
    return quote(id);
  });
  const code = context.expression(value);
  if (mayBe(code.type, 'instance', 'message', 'member', 'tuple'))
    throw new Uncertain('it asks for the type of an object');
  return call('py.isInstance', [code, ...names], BOOL);
}

/** A call of a function or class that the module has or imports. */
export function functionCall(found: Global, node: PythonNode, context: Context): Code {
  const { program } = context;
  switch (found.kind) {
    case 'function':
      return ownFunctionCall(found.id, found.definition, node, context);
    case 'class': {
      const { fields } = program.helperClass(found.id);
      const args = argumentsOf(node, fields, context).map((argument, index) => {
        if (!argument) throw new Uncertain(`it makes an instance without ${fields[index]}`);
        program.note(`${found.id}.${fields[index]}`, argument.type);
        return argument;
      });
      return call(`new ${program.helperName(found.id)}`, args, { kind: 'instance', of: found.id });
    }
    case 'enum': {
      const [value] = argumentsOf(node, ['value'], context);
      if (!value) throw new Uncertain('it calls an enumeration without a value');
      return call('py.enumMember', [program.helperName(found.id), value], MEMBER);
    }
    case 'foreign':
      return foreignCall(found.target, node, context);
    default:
      throw new Uncertain('it calls a value');
  }
}

function ownFunctionCall(id: string, definition: PythonNode, node: PythonNode, context: Context): Code {
  const parameters = parametersOf(definition);
  if (!parameters)
    throw new Uncertain(`it calls ${name(definition, 'name')}(), whose parameters are not translated`);
  const args = argumentsOf(
    node,
    parameters.map((parameter) => parameter.name),
    context,
  );
  parameters.forEach((parameter, index) => {
    if (!args[index] && !parameter.default)
      throw new Uncertain(`it calls ${name(definition, 'name')}() with too few arguments`);
    if (args[index]) context.program.note(`${id}:${parameter.name}`, args[index].type);
  });
  return call(context.program.helperName(id), given(args), context.program.typeOf(id));
}

const AVATAR = 'fedora_messaging.schema_utils.';

function foreignCall(target: string, node: PythonNode, context: Context): Code {
  if (target.startsWith('re.')) return regularExpressionCall(target.slice('re.'.length), node, context);
  if (target === `${AVATAR}user_avatar_url`) {
    const [username, size, fallback] = argumentsOf(node, ['username', 'size', 'default'], context);
    if (!username) throw new Uncertain('it calls user_avatar_url() without a user');
    return call('py.userAvatarUrl', given([username, size, fallback]), STR);
  }
  if (target === `${AVATAR}libravatar_url`) {
    const args = argumentsOf(node, ['email', 'openid', 'size', 'default'], context);
    const names = ['email', 'openid', 'size', 'default'];
    const options = args.flatMap((argument, index) =>
      argument ? [`${names[index]}: ${argument.text}`] : [],
    );
    return call('py.libravatarUrl', [`{ ${options.join(', ')} }`], STR);
  }
  throw new Uncertain(`it calls ${target}(), which is not translated`);
}

/** The names of errors in an `except` clause, or of the error in a `raise` statement. */
export function errorName(node: PythonNode, context: Context): string {
  const named = is(node, 'Call') ? (node['func'] as PythonNode) : node;
  const id = is(named, 'Name') ? name(named, 'id') : '';
  if (!Object.hasOwn(ERRORS, id) || !isBuiltin(id, context))
    throw new Uncertain('it has to do with an error that is not translated');
  return id;
}

/** The message of an error in a `raise` statement. */
export function errorMessage(node: PythonNode, context: Context): string {
  const [message] = is(node, 'Call') ? children(node, 'args') : [];
  if (!message) return '""';
  return constantText(message) === undefined
    ? `py.str(${context.expression(message).text})`
    : context.expression(message).text;
}
