import { localName } from '../local-name.js';
import type { PythonNode } from '../../exporter/index.js';
import { atom, type Code, compound } from '../code.js';
import { isBuiltin } from './builtins.js';
import { assertNoObject } from './comparability.js';
import type { Context } from '../context.js';
import { ANY, type PythonType } from '../python-type.js';
import { child, is, name, parametersOf } from '../syntax.js';
import { assertHasText } from './texts.js';
import { Uncertain } from '../uncertain.js';

/** A function that is given as an argument: a lambda, or `len` or `str.lower`. */
export function lambda(node: PythonNode, types: readonly PythonType[], context: Context): Code {
  if (is(node, 'Lambda')) {
    const parameters = parametersOf(node);
    if (
      !parameters ||
      parameters.length !== types.length ||
      parameters.some((parameter) => parameter.default)
    ) {
      throw new Uncertain('it has a lambda that is not translated');
    }
    const names = new Map(parameters.map((parameter, index) => [parameter.name, types[index]!]));
    const value = context.within(names, () => context.expression(child(node, 'body')));
    const text = value.text.startsWith('{') ? `(${value.text})` : value.text;
    return compound(`(${[...names.keys()].map(localName).join(', ')}) => ${text}`, value.type);
  }
  const isKnown = is(node, 'Name') && ['len', 'str'].includes(name(node, 'id'));
  if (isKnown && isBuiltin(name(node, 'id'), context)) {
    const [type = ANY] = types;
    if (name(node, 'id') === 'str') assertHasText({ type });
    else assertNoObject(type);
    return atom(`py.${name(node, 'id')}`, ANY);
  }
  const isMethodOfText =
    is(node, 'Attribute') && is(child(node, 'value'), 'Name') && name(child(node, 'value'), 'id') === 'str';
  if (isMethodOfText && isBuiltin('str', context) && ['lower', 'upper'].includes(name(node, 'attr')))
    return atom(`py.${name(node, 'attr')}`, ANY);
  throw new Uncertain('it has a function as an argument that is not translated');
}
