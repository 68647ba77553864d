import type { PythonNode } from '../../exporter/index.js';
import type { Code } from '../code.js';
import type { Context } from '../context.js';
import { children, is, name } from '../syntax.js';
import { Uncertain } from '../uncertain.js';

/** The arguments of a call, in the order of the parameters; undefined for those that are left out. */
export function argumentsOf(
  node: PythonNode,
  parameters: readonly string[],
  context: Context,
): (Code | undefined)[] {
  return argumentNodes(node, parameters).map((argument) => argument && context.expression(argument));
}

/** The nodes of the arguments, in the order of the parameters. */
export function argumentNodes(node: PythonNode, parameters: readonly string[]): (PythonNode | undefined)[] {
  const positional = children(node, 'args');
  if (positional.some((argument) => is(argument, 'Starred')))
    throw new Uncertain('it calls with a list of arguments');
  if (positional.length > parameters.length)
    throw new Uncertain('it calls with more arguments than are translated');
  const found: (PythonNode | undefined)[] = parameters.map((_, index) => positional[index]);
  for (const keyword of children(node, 'keywords')) {
    if (typeof keyword['arg'] !== 'string') throw new Uncertain('it calls with a dict of arguments');
    const place = parameters.indexOf(name(keyword, 'arg'));
    if (place === -1 || found[place]) {
      throw new Uncertain(`it calls with the argument ${name(keyword, 'arg')}, which is not translated`);
    }
    found[place] = keyword['value'] as PythonNode;
  }
  return found;
}

/** Arguments without those that are left out at the end. */
export function given(all: readonly (Code | undefined)[]): Code[] {
  const kept = all.slice(0, all.findLastIndex((argument) => argument !== undefined) + 1);
  return kept.map((argument) => argument ?? missing());
}

function missing(): never {
  throw new Uncertain('it calls with an argument left out before another one');
}
