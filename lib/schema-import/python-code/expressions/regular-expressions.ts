import { RegularExpression } from '../../../python/index.js';
import type { PythonNode } from '../../exporter/index.js';
import { argumentNodes } from './arguments.js';
import { call, type Code } from '../code.js';
import type { Context, Program } from '../context.js';
import { ANY, join, listOf, MATCH, MAYBE_STR, NONE, type PythonType, STR } from '../python-type.js';
import { child, children, constantText, is, name } from '../syntax.js';
import { Uncertain } from '../uncertain.js';

const MAYBE_MATCH = join(MATCH, NONE);
/** The number of groups is not known. */
const GROUPS: PythonType = { kind: 'tuple', items: [MAYBE_STR] };

/** A pattern in the generated code. */
interface Pattern {
  readonly name: string;
  /** The number of its groups. */
  readonly groups: number;
}

/** The functions of `re` that are translated: the method, its result, and the parameters behind the pattern. */
const FUNCTIONS: Readonly<
  Record<string, readonly [method: string, type: PythonType, parameters: readonly string[]]>
> = {
  search: ['search', MAYBE_MATCH, ['string']],
  match: ['match', MAYBE_MATCH, ['string']],
  fullmatch: ['fullMatch', MAYBE_MATCH, ['string']],
  findall: ['findAll', listOf(ANY), ['string']],
  sub: ['replace', STR, ['repl', 'string']],
  split: ['split', listOf(join(STR, NONE)), ['string']],
};

/** `re.search(pattern, …)` and its like. */
export function regularExpressionCall(called: string, node: PythonNode, context: Context): Code {
  const [, , parameters] = functionOf(called);
  const [pattern, ...others] = argumentNodes(node, ['pattern', ...parameters, 'flags']);
  const flags = others.pop();
  if (!pattern) throw new Uncertain(`it calls re.${called}() without a pattern`);
  return applied(patternOf(pattern, flags, context), called, others, context);
}

/** `PATTERN.search(…)`, where `PATTERN` is a constant of the module; undefined for other methods. */
export function patternMethod(callee: PythonNode, node: PythonNode, context: Context): Code | undefined {
  const owner = child(callee, 'value');
  if (!is(owner, 'Name') || context.local(name(owner, 'id'))) return undefined;
  const found = context.program.global(name(owner, 'id'));
  if (found?.kind !== 'pattern') return undefined;
  const called = name(callee, 'attr');
  const [, , parameters] = functionOf(called);
  return applied(
    compiledPattern(found.node, found.name, context.program),
    called,
    argumentNodes(node, parameters),
    context,
  );
}

function functionOf(called: string): (typeof FUNCTIONS)[string] {
  const known = Object.hasOwn(FUNCTIONS, called) ? FUNCTIONS[called] : undefined;
  if (!known) throw new Uncertain(`it calls re.${called}(), which is not translated`);
  return known;
}

function applied(
  { name: pattern, groups }: Pattern,
  called: string,
  args: readonly (PythonNode | undefined)[],
  context: Context,
): Code {
  const [method, plainType] = functionOf(called);
  // With several groups in the pattern, the items are tuples.
  const type = called === 'findall' && groups > 1 ? listOf(join(ANY, GROUPS)) : plainType;
  const nodes = args.map((argument) => {
    if (!argument) throw new Uncertain(`it calls re.${called}() with too few arguments`);
    return argument;
  });
  if (called === 'sub') {
    const by = constantText(nodes[0]!);
    if (by === undefined || by.includes('\\'))
      throw new Uncertain('it replaces with re.sub() by more than a text');
    const [replacement, text] = nodes.map((argument) => context.expression(argument));
    return call(`${pattern}.${method}`, [text!, replacement!], type);
  }
  return call(
    `${pattern}.${method}`,
    nodes.map((argument) => context.expression(argument)),
    type,
  );
}

/** The name of a pattern that is given as a text, or as a constant of the module. */
function patternOf(node: PythonNode, flags: PythonNode | undefined, context: Context): Pattern {
  if (is(node, 'Name') && !context.local(name(node, 'id'))) {
    const found = context.program.global(name(node, 'id'));
    if (found?.kind === 'pattern' && !flags) return compiledPattern(found.node, found.name, context.program);
    if (found?.kind === 'constant' && typeof found.value === 'string') {
      return usable(found.value, flags, name(node, 'id'), context.program);
    }
  }
  const text = constantText(node);
  if (text === undefined) throw new Uncertain('it makes a pattern of re when it runs');
  return usable(text, flags, 'PATTERN', context.program);
}

/** A pattern that the module made with `re.compile()`. */
function compiledPattern(node: PythonNode, as: string, program: Program): Pattern {
  const [pattern, flags] = argumentNodes(node, ['pattern', 'flags']);
  const text = pattern && constantText(pattern);
  if (text === undefined) throw new Uncertain('it makes a pattern of re when it runs');
  return usable(text, flags, as, program);
}

const FLAGS: Readonly<Record<string, string>> = {
  I: 'i',
  IGNORECASE: 'i',
  M: 'm',
  MULTILINE: 'm',
  S: 's',
  DOTALL: 's',
};

function usable(text: string, flags: PythonNode | undefined, as: string, program: Program): Pattern {
  const pattern = `${flags ? `(?${flagLetters(flags)})` : ''}${text}`;
  let groups: number;
  try {
    new RegularExpression(pattern);
    // With another way to match, it matches everywhere.
    groups = new RegularExpression(`${pattern}|`).search('')!.length - 1;
  } catch {
    throw new Uncertain('it has a pattern of re that is not translated');
  }
  return { name: program.pattern(pattern, as), groups };
}

function flagLetters(node: PythonNode): string {
  if (is(node, 'BinOp') && is(child(node, 'op'), 'BitOr')) {
    return flagLetters(child(node, 'left')) + flagLetters(child(node, 'right'));
  }
  const letter = is(node, 'Attribute') ? FLAGS[name(node, 'attr')] : undefined;
  if (!letter) throw new Uncertain('it has a pattern of re with flags that are not translated');
  return letter;
}

/** Methods of a match, such as `match.group(1)`. */
export function matchMethod(match: Code, called: string, node: PythonNode, context: Context): Code {
  const args = children(node, 'args').map((argument) => context.expression(argument));
  if (called === 'group' && args.length <= 1 && args.every(({ type }) => type.kind === 'number')) {
    return call('py.item', [match, args[0]?.text ?? '0'], ANY);
  }
  if (called === 'groups' && args.length === 0) return call('py.slice', [match, '1'], join(ANY, GROUPS));
  throw new Uncertain(`it calls ${called}() of a match, which is not translated`);
}
