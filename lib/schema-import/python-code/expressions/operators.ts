import type { PythonNode } from '../../exporter/index.js';
import { atom, call, type Code, compound, condition, hasKnownTruth, isLiteral, part } from '../code.js';
import { assertComparable } from './comparability.js';
import type { Context } from '../context.js';
import {
  ANY,
  BOOL,
  hasObject,
  hasTuple,
  isOnly,
  isTruthAlike,
  itemOf,
  join,
  listOf,
  mayBe,
  membersOf,
  NEVER,
  NUMBER,
  type PythonType,
  STR,
} from '../python-type.js';
import { child, children, is, isNone, typeOf } from '../syntax.js';
import { percentFormat } from './texts.js';
import { Uncertain } from '../uncertain.js';

/** `a and b`, `a or b`. */
export function booleanOperation(node: PythonNode, context: Context): Code {
  const isAnd = is(child(node, 'op'), 'And');
  const values = children(node, 'values').map((value) => context.expression(value));
  return values.reduceRight((rest, first) => {
    const isAlike = isTruthAlike(first.type) && !hasKnownTruth(first);
    if (isOnly(first.type, 'bool')) {
      const sign = isAnd ? '&&' : '||';
      return compound(`${operand(first, sign)} ${sign} ${operand(rest, sign)}`, join(first.type, rest.type));
    }
    if (!isAlike) {
      const isUnknown = first.type.kind === 'never' || rest.type.kind === 'never';
      return call(
        isAnd ? 'py.and' : 'py.or',
        [first, `() => ${body(rest)}`],
        isUnknown ? NEVER : join(ANY, first.type, rest.type),
      );
    }
    const sign = isAnd ? '&&' : '||';
    // `a or b` is not None where only `a` can be.
    const kept = isAnd ? first.type : join(...membersOf(first.type).filter(({ kind }) => kind !== 'none'));
    return compound(`${operand(first, sign)} ${sign} ${operand(rest, sign)}`, join(kept, rest.type));
  });
}

/** An expression as a condition: the truth of `and`, `or` and `not` needs no value. */
export function truthOf(node: PythonNode, context: Context): string {
  if (is(node, 'BoolOp')) {
    const sign = is(child(node, 'op'), 'And') ? '&&' : '||';
    return children(node, 'values')
      .map((value) => {
        const text = truthOf(value, context);
        return is(value, 'BoolOp') ? `(${text})` : text;
      })
      .join(` ${sign} `);
  }
  if (is(node, 'UnaryOp') && is(child(node, 'op'), 'Not')) {
    const inner = child(node, 'operand');
    const text = truthOf(inner, context);
    return is(inner, 'BoolOp') || / /.test(text) ? `!(${text})` : `!${text}`;
  }
  const code = context.expression(node);
  if (code.type.kind !== 'bool') return condition(code);
  return !code.isAtom && code.text.includes(' ? ') ? part(code) : code.text;
}

export function unaryOperation(node: PythonNode, context: Context): Code {
  if (is(child(node, 'op'), 'Not')) return compound(truthOf(node, context), BOOL);
  const value = context.expression(child(node, 'operand'));
  if (is(child(node, 'op'), 'USub') && isOnly(value.type, 'number'))
    return compound(`-${part(value)}`, NUMBER);
  throw new Uncertain('it has an operator that is not translated');
}

const ARITHMETIC: Readonly<Record<string, readonly [sign: string, helper: string]>> = {
  Add: ['+', 'py.add'],
  Sub: ['-', 'py.subtract'],
  Mult: ['*', 'py.multiply'],
};

export function binaryOperation(node: PythonNode, context: Context): Code {
  const operator = typeOf(child(node, 'op'));
  if (operator === 'Mod') {
    const formatted = percentFormat(child(node, 'left'), child(node, 'right'), context);
    if (formatted) return formatted;
  }
  const known = ARITHMETIC[operator];
  if (!known) throw new Uncertain(`it has the operator ${operator}, which is not translated`);
  const [sign, helper] = known;
  const left = context.expression(child(node, 'left'));
  const right = context.expression(child(node, 'right'));
  if (isFraction(left) || isFraction(right)) {
    throw new Uncertain('it calculates with a fraction, and JavaScript does not tell 1.0 from 1');
  }
  if ([left.type, right.type].some((type) => mayBe(type, 'tuple', 'instance'))) {
    throw new Uncertain('it calculates with a tuple or an object');
  }
  const type = sumType(operator, left.type, right.type);
  if (type.kind === 'str' || type.kind === 'number') {
    // Sums of fractions depend on their order.
    const second = type.kind === 'number' ? part(right) : operand(right, sign);
    return compound(`${operand(left, sign)} ${sign} ${second}`, type);
  }
  if (type.kind === 'list' && isOnly(left.type, 'list') && isOnly(right.type, 'list')) {
    return atom(`[...${part(left)}, ...${part(right)}]`, type, { isFresh: true });
  }
  // A text can only be joined with another one.
  const isText = operator === 'Add' && (isOnly(left.type, 'str') || isOnly(right.type, 'str'));
  return call(
    helper,
    [left, right],
    type.kind === 'never' ? NEVER : isText ? STR : join(ANY, left.type, right.type),
  );
}

function isFraction({ text }: Code): boolean {
  return /^-?\d[\d.e-]*$/.test(text) && !Number.isInteger(Number(text));
}

function sumType(operator: string, left: PythonType, right: PythonType): PythonType {
  if (left.kind === 'never' || right.kind === 'never') return NEVER;
  if (isOnly(left, 'number') && isOnly(right, 'number')) return NUMBER;
  if (operator !== 'Add') return ANY;
  if (isOnly(left, 'str') && isOnly(right, 'str')) return STR;
  if (left.kind === 'list' && right.kind === 'list') return listOf(join(left.item, right.item));
  return ANY;
}

/** `a < b <= c` and other comparisons. */
export function comparison(node: PythonNode, context: Context): Code {
  const operators = children(node, 'ops').map(typeOf);
  const nodes = [child(node, 'left'), ...children(node, 'comparators')];
  const texts = operators.map((operator, index) => {
    const [left, right] = [nodes[index]!, nodes[index + 1]!];
    return oneComparison(operator, left, right, context);
  });
  return compound(texts.map(({ text }) => text).join(' && '), BOOL);
}

const ORDER: Readonly<Record<string, string>> = { Lt: '<', LtE: '<=', Gt: '>', GtE: '>=' };

function oneComparison(
  operator: string,
  leftNode: PythonNode,
  rightNode: PythonNode,
  context: Context,
): Code {
  const isNegated = operator === 'NotEq' || operator === 'NotIn' || operator === 'IsNot';
  const left = context.expression(leftNode);
  const right = context.expression(rightNode);
  switch (operator) {
    case 'Is':
    case 'IsNot':
      if (isNone(rightNode)) return compound(`${part(left)} ${isNegated ? '!==' : '==='} null`, BOOL);
      throw new Uncertain('it asks whether two values are the same object');
    case 'Eq':
    case 'NotEq':
      return equality(left, right, isNegated);
    case 'In':
    case 'NotIn':
      return negated(membership(left, right), isNegated);
    default: {
      const sign = ORDER[operator];
      if (!sign) throw new Uncertain(`it has the operator ${operator}, which is not translated`);
      if (isOnly(left.type, 'number') && isOnly(right.type, 'number')) {
        return compound(`${part(left)} ${sign} ${part(right)}`, BOOL);
      }
      assertComparable(left.type, right.type);
      return compound(`py.compare(${left.text}, ${right.text}) ${sign} 0`, BOOL);
    }
  }
}

/** A comparison with a text is the same in JavaScript, whatever the other value is. */
function equality(left: Code, right: Code, isNegated: boolean): Code {
  const isPlain =
    isOnly(left.type, 'str', 'none') ||
    isOnly(right.type, 'str', 'none') ||
    (isOnly(left.type, 'number') && isOnly(right.type, 'number'));
  assertComparable(left.type, right.type);
  if (
    isPlain &&
    // TypeScript does not let two different literals be compared.
    !(isLiteral(left) && isLiteral(right)) &&
    overlap(left.seen ?? left.type, right.seen ?? right.type)
  ) {
    return compound(`${part(left)} ${isNegated ? '!==' : '==='} ${part(right)}`, BOOL);
  }
  return negated(call('py.equals', [left, right], BOOL), isNegated);
}

/** Whether TypeScript lets the types be compared. */
function overlap(left: PythonType, right: PythonType): boolean {
  if (mayBe(left, 'any') || mayBe(right, 'any')) return true;
  const kinds = membersOf(left).map(({ kind }) => kind);
  return membersOf(right).some(({ kind }) => kinds.includes(kind));
}

function membership(value: Code, container: Code): Code {
  const { type } = container;
  if (hasTuple(value.type) || hasObject(value.type) || hasObject(type)) {
    throw new Uncertain('it looks for an object or a tuple');
  }
  assertComparable(value.type, itemOf(type));
  if (isOnly(type, 'str') && isOnly(value.type, 'str')) {
    return call(`${part(container)}.includes`, [value], BOOL);
  }
  if (type.kind === 'list' && isOnly(type.item, 'str', 'none') && isOnly(value.type, 'str', 'none')) {
    if (membersOf(value.type).every(({ kind }) => membersOf(type.item).some((item) => item.kind === kind))) {
      return call(`${part(container)}.includes`, [value], BOOL);
    }
  }
  return call('py.contains', [container, value], BOOL);
}

function negated(code: Code, isNegated: boolean): Code {
  return isNegated ? compound(`!${part(code)}`, BOOL) : code;
}

export function conditional(node: PythonNode, context: Context): Code {
  const [yes, no] = [context.expression(child(node, 'body')), context.expression(child(node, 'orelse'))];
  const test = truthOf(child(node, 'test'), context);
  const branch = (code: Code): string => (code.text.includes(' ? ') ? part(code) : code.text);
  return compound(`${test} ? ${branch(yes)} : ${branch(no)}`, join(yes.type, no.type));
}

/** An operand; one with the same sign needs no parentheses. */
function operand(code: Code, sign: string): string {
  if (code.isAtom) return code.text;
  const signs = code.text.match(/ (?:&&|\|\||\?|[=!]==|[<>]=?|[+*-]) /g) ?? [];
  const isSame = signs.every((found) => found.trim() === sign) && sign !== '-';
  return isSame || (signs.length === 0 && code.text.startsWith('!')) ? code.text : `(${code.text})`;
}

/** The body of an arrow function. */
function body(code: Code): string {
  return code.text.startsWith('{') ? `(${code.text})` : code.text;
}
