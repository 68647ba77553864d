import { memberName } from '../../names/index.js';
import type { PythonNode } from '../../exporter/index.js';
import { argumentNodes, argumentsOf, given } from './arguments.js';
import { call, type Code, part } from '../code.js';
import { assertComparable, assertInSet, assertNoObject } from './comparability.js';
import type { Context } from '../context.js';
import {
  ANY,
  BOOL,
  isOnly,
  itemOf,
  join,
  listOf,
  mayBe,
  membersOf,
  NEVER,
  NONE,
  NUMBER,
  type PythonType,
  setOf,
  STR,
  unseenItemOf,
} from '../python-type.js';
import { CHANGES } from '../statements/local-names.js';
import { matchMethod, patternMethod } from './regular-expressions.js';
import { child, children, is, name } from '../syntax.js';
import { formatMethod, formatOf } from './texts.js';
import { Uncertain } from '../uncertain.js';

interface TextMethod {
  readonly helper: string;
  readonly type: PythonType;
  /** The names of the parameters, and whether each is a text or a number. */
  readonly parameters: Readonly<Record<string, 'str' | 'number'>>;
}

const method = (helper: string, type: PythonType, parameters: TextMethod['parameters'] = {}): TextMethod => ({
  helper,
  type,
  parameters,
});
const TEXTS: PythonType = { kind: 'tuple', items: [STR, STR, STR] };

/** Methods of texts. */
const TEXT_METHODS: Readonly<Record<string, TextMethod>> = {
  capitalize: method('py.capitalize', STR),
  count: method('py.count', NUMBER, { sub: 'str' }),
  find: method('py.find', NUMBER, { sub: 'str' }),
  lower: method('py.lower', STR),
  lstrip: method('py.lstrip', STR, { chars: 'str' }),
  partition: method('py.partition', TEXTS, { sep: 'str' }),
  replace: method('py.replace', STR, { old: 'str', new: 'str', count: 'number' }),
  rpartition: method('py.rpartition', TEXTS, { sep: 'str' }),
  rsplit: method('py.rsplit', listOf(STR), { sep: 'str', maxsplit: 'number' }),
  rstrip: method('py.rstrip', STR, { chars: 'str' }),
  split: method('py.split', listOf(STR), { sep: 'str', maxsplit: 'number' }),
  splitlines: method('py.splitLines', listOf(STR)),
  strip: method('py.strip', STR, { chars: 'str' }),
  title: method('py.title', STR),
  upper: method('py.upper', STR),
  zfill: method('py.zfill', STR, { width: 'number' }),
};

/** Methods that lists, dicts or sets have as well: they are those of texts only where the value is a text. */
const SHARED = new Set(['count']);
const NEEDED = new Set(['count', 'find', 'partition', 'rpartition', 'zfill']);

const DICT_METHODS: Readonly<Record<string, readonly [helper: string, type: PythonType]>> = {
  items: ['py.items', listOf({ kind: 'tuple', items: [STR, ANY] })],
  keys: ['py.keys', listOf(STR)],
  values: ['py.values', listOf(ANY)],
};

function isSelf(node: PythonNode, context: Context): boolean {
  return is(node, 'Name') && name(node, 'id') === context.self;
}

/** A call of a method. */
export function methodCall(callee: PythonNode, node: PythonNode, context: Context): Code {
  const owner = child(callee, 'value');
  const called = name(callee, 'attr');
  if (isSelf(owner, context)) {
    return context.program.method(called, plainArguments(node, context), false);
  }
  if (is(owner, 'Call') && is(child(owner, 'func'), 'Name') && name(child(owner, 'func'), 'id') === 'super') {
    return context.program.method(called, plainArguments(node, context), true);
  }
  const ofPattern = patternMethod(callee, node, context);
  if (ofPattern) return ofPattern;
  const value = context.expression(owner);
  if (value.constant !== undefined && called === 'format') return formatMethod(value.constant, node, context);
  if (called === 'format' && is(owner, 'Attribute') && isSelf(child(owner, 'value'), context)) {
    const templates = context.program.constantsOf(name(owner, 'attr'));
    if (templates) return formatOf(value, templates, node, context);
  }
  return valueMethod(value, called, node, context);
}

function plainArguments(node: PythonNode, context: Context): Code[] {
  if (children(node, 'keywords').length > 0) throw new Uncertain('it calls a method with named arguments');
  return children(node, 'args').map((argument) => {
    if (is(argument, 'Starred')) throw new Uncertain('it calls with a list of arguments');
    return context.expression(argument);
  });
}

function valueMethod(owner: Code, called: string, node: PythonNode, context: Context): Code {
  const { type } = owner;
  if (type.kind === 'never') return call(`${part(owner)}.${memberName(called)}`, [], NEVER);
  if (membersOf(type).some(({ kind }) => kind === 'match')) return matchMethod(owner, called, node, context);
  if (type.kind === 'instance') return instanceMethod(owner, type.of, called, node, context);
  if (mayBe(type, 'instance', 'message', 'member', 'regex')) {
    throw new Uncertain(`it calls ${called}() of an object, or of something else`);
  }
  if (called === 'get') {
    const [key, otherwise] = argumentsOf(node, ['key', 'default'], context);
    if (!key) throw new Uncertain('it calls get() without a key');
    return {
      ...call('py.get', given([owner, key, otherwise]), join(ANY, ...(otherwise ? [otherwise.type] : []))),
      ...saidOfGet(owner, key, otherwise, context),
    };
  }
  const ofDict = Object.hasOwn(DICT_METHODS, called) ? DICT_METHODS[called] : undefined;
  if (ofDict) return call(ofDict[0], [owner], ofDict[1]);
  if (called === 'join') {
    const [iterable] = argumentsOf(node, ['iterable'], context);
    if (!iterable) throw new Uncertain('it calls join() without an argument');
    assertNoObject(iterable.type);
    return call('py.join', [owner, iterable], STR);
  }
  if (called === 'startswith' || called === 'endswith') return affixes(owner, called, node, context);
  const known = Object.hasOwn(TEXT_METHODS, called) ? TEXT_METHODS[called] : undefined;
  if (!known || (SHARED.has(called) && !isOnly(type, 'str'))) {
    throw new Uncertain(`it calls the method ${called}(), which is not translated`);
  }
  return textMethod(owner, called, known, node, context);
}

/** The type of `body.get(key)` by the schema: None where the key is missing. */
function saidOfGet(owner: Code, key: Code, otherwise: Code | undefined, context: Context): Partial<Code> {
  if (!owner.place || key.constant === undefined) return {};
  const place = [...owner.place, key.constant];
  const found = context.program.bodyType(place);
  if (!found) return { place };
  const missing = otherwise?.type ?? NONE;
  return { place, said: found.isRequired ? found.type : join(found.type, missing) };
}

function textMethod(
  owner: Code,
  called: string,
  known: TextMethod,
  node: PythonNode,
  context: Context,
): Code {
  const names = Object.keys(known.parameters);
  const args = argumentNodes(node, names).map((argument, index) => {
    if (!argument) return undefined;
    const code = context.expression(argument);
    const wanted = known.parameters[names[index]!]!;
    if (!isOnly(code.type, wanted, 'none', 'never')) {
      throw new Uncertain(`it calls ${called}() with an argument whose type is not known`);
    }
    return code;
  });
  if (NEEDED.has(called) && !args[0]) throw new Uncertain(`it calls ${called}() without an argument`);
  // `split(None, 1)` is `split()` with a limit, and so is `split(maxsplit=1)`.
  const filled = args.map((argument, index) =>
    argument || index > args.findLastIndex((other) => other !== undefined) ? argument : nullCode,
  );
  return call(known.helper, [owner, ...given(filled)], known.type);
}

const nullCode: Code = { text: 'null', type: { kind: 'none' }, isAtom: true };

function affixes(owner: Code, called: string, node: PythonNode, context: Context): Code {
  const [affix] = children(node, 'args');
  if (!affix || children(node, 'args').length > 1) throw new Uncertain(`it calls ${called}() with a range`);
  const nodes = is(affix, 'Tuple') ? children(affix, 'elts') : [affix];
  const codes = nodes.map((one) => context.expression(one));
  if (!codes.every(({ type }) => isOnly(type, 'str', 'never'))) {
    throw new Uncertain(`it calls ${called}() with an argument whose type is not known`);
  }
  return call(called === 'startswith' ? 'py.startsWith' : 'py.endsWith', [owner, ...codes], BOOL);
}

function instanceMethod(owner: Code, id: string, called: string, node: PythonNode, context: Context): Code {
  const found = context.program.helperClass(id).member(called);
  if (found?.kind !== 'method' || children(node, 'args').length + children(node, 'keywords').length > 0) {
    throw new Uncertain(`it calls the method ${called}() of an object, which is not translated`);
  }
  return call(`${part(owner)}.${memberName(called)}`, [], context.program.typeOf(`${id}.${called}`));
}

/**
 * A statement that changes a list of the function, such as `names.append(name)`; undefined when the call is none. `note`
 * tells the type of what the list has then.
 */
export function listChange(
  node: PythonNode,
  context: Context,
  note: (list: string, type: PythonType) => void,
): string | undefined {
  const callee = child(node, 'func');
  if (!is(callee, 'Attribute') || !is(child(callee, 'value'), 'Name')) return undefined;
  const called = name(callee, 'attr');
  if (!CHANGES.has(called)) return undefined;
  const id = name(child(callee, 'value'), 'id');
  const list = context.local(id);
  if (!list) return undefined;
  const kind = ['add', 'update'].includes(called) ? 'set' : 'list';
  if (!isOnly(list.type, kind, 'never'))
    throw new Uncertain(`it changes ${id}, which may be something else than a ${kind}`);
  const [argument, ...others] = children(node, 'args').map((one) => context.expression(one));
  if (others.length > 0 || children(node, 'keywords').length > 0) {
    throw new Uncertain(`it calls ${called}() with arguments that are not translated`);
  }
  if ((argument === undefined) !== (called === 'sort' || called === 'reverse')) {
    throw new Uncertain(`it calls ${called}() with another number of arguments than are translated`);
  }
  switch (called) {
    case 'append':
      note(id, listOf(argument!.type));
      return `${list.text}.push(${argument!.text})`;
    case 'extend': {
      const { type } = argument!;
      assertNoObject(type);
      note(id, listOf(type.kind === 'list' ? type.item : unseenItemOf(type)));
      return `py.extend(${list.text}, ${argument!.text})`;
    }
    case 'add':
      assertInSet(argument!.type);
      note(id, setOf(argument!.type));
      return `py.addTo(${list.text}, ${argument!.text})`;
    case 'update':
      assertNoObject(argument!.type);
      assertInSet(itemOf(argument!.type));
      note(id, setOf(ANY));
      return `py.iterate(${argument!.text}).forEach((item) => py.addTo(${list.text}, item))`;
    case 'reverse':
      return `${list.text}.reverse()`;
    default:
      assertComparable(itemOf(list.type), itemOf(list.type));
      return `${list.text}.sort(py.compare)`;
  }
}
