import { localName } from '../local-name.js';
import type { PythonNode } from '../../exporter/index.js';
import { atom, type Code, part } from '../code.js';
import { assertNoObject } from './comparability.js';
import type { Context } from '../context.js';
import { truthOf } from './operators.js';
import { ANY, BOOL, listOf, type PythonType, unseenItemOf } from '../python-type.js';
import { child, children, is, name } from '../syntax.js';
import { Uncertain } from '../uncertain.js';

/** `[element for target in list if condition]`, as the list that it makes. */
export function comprehension(node: PythonNode, context: Context): Code {
  const generators = children(node, 'generators');
  return generated(child(node, 'elt'), generators, context);
}

/** `any(…)` or `all(…)` of a generator: like Python, it looks at no more items than it has to. */
export function lazyTest(isAny: boolean, node: PythonNode, context: Context): Code {
  const [generator, ...others] = children(node, 'generators');
  if (others.length > 0) throw new Uncertain('it asks any() or all() of nested loops');
  const source = iterated(context.expression(child(generator!, 'iter')));
  const target = targetOf(child(generator!, 'target'), source.type);
  let test = '';
  context.within(target.names, () => {
    const tests = [...children(generator!, 'ifs'), child(node, 'elt')].map((one) => truthOf(one, context));
    const last = tests.pop()!;
    const conditions = tests.map((one) => (isAny ? `(${one})` : `!(${one})`));
    test = [...conditions, tests.length > 0 ? `(${last})` : last].join(isAny ? ' && ' : ' || ');
    return atom(test, BOOL);
  });
  return atom(`${source.text}.${isAny ? 'some' : 'every'}((${target.text}) => ${test})`, BOOL);
}

function generated(element: PythonNode, generators: readonly PythonNode[], context: Context): Code {
  const [generator, ...inner] = generators;
  const source = iterated(context.expression(child(generator!, 'iter')));
  const target = targetOf(child(generator!, 'target'), source.type);
  let text = source.text;
  for (const test of children(generator!, 'ifs')) {
    let condition = '';
    context.within(target.names, () => {
      condition = truthOf(test, context);
      return atom(condition, ANY);
    });
    text = `${text}.filter((${target.text}) => ${condition})`;
  }
  const value = context.within(target.names, () =>
    inner.length > 0 ? generated(element, inner, context) : context.expression(element),
  );
  if (inner.length > 0) {
    return atom(`${text}.flatMap((${target.text}) => ${value.text})`, value.type, { isFresh: true });
  }
  if (value.text === target.text && children(generator!, 'ifs').length > 0) {
    return atom(text, listOf(value.type), { isFresh: true });
  }
  const body = value.text.startsWith('{') ? `(${value.text})` : value.text;
  return atom(`${text}.map((${target.text}) => ${body})`, listOf(value.type), { isFresh: true });
}

/** The items of a value as a list, with the type of an item. */
export function iterated(source: Code): Code {
  assertNoObject(source.type);
  if (source.type.kind === 'list') return { ...source, text: part(source), type: source.type.item };
  if (source.type.kind === 'set') return atom(`[...${part(source)}]`, source.type.item);
  return atom(`py.iterate(${source.text})`, unseenItemOf(source.type));
}

/** The target of a loop: a name, or names for the items of pairs. */
export function targetOf(
  node: PythonNode,
  type: PythonType,
): { readonly text: string; readonly names: ReadonlyMap<string, PythonType> } {
  if (is(node, 'Name')) {
    return { text: localName(name(node, 'id')), names: new Map([[name(node, 'id'), type]]) };
  }
  if (!is(node, 'Tuple') || type.kind !== 'tuple') {
    if (type.kind !== 'never') throw new Uncertain('it takes apart items whose form is not known');
    return { text: 'item', names: new Map(children(node, 'elts').map((item) => [name(item, 'id'), type])) };
  }
  const names = children(node, 'elts').map((item) => {
    if (!is(item, 'Name')) throw new Uncertain('it takes apart items in a way that is not translated');
    return name(item, 'id');
  });
  if (names.length !== type.items.length) throw new Uncertain('it takes apart items of another length');
  return {
    text: `[${names.map(localName).join(', ')}]`,
    names: new Map(names.map((one, index) => [one, type.items[index]!])),
  };
}
