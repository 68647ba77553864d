import { quote } from '../printing/index.js';
import { isAssignable, isTruthAlike, mayBe, type PythonType, STR } from './python-type.js';

/** A Python expression in TypeScript. */
export interface Code {
  readonly text: string;
  readonly type: PythonType;
  /** Whether it needs no parentheses in another expression. */
  readonly isAtom: boolean;
  /** The value, when it is a constant text. */
  readonly constant?: string;
  /** For `py.item(…)`: its arguments, to which further keys can be added. */
  readonly path?: readonly string[];
  /** Its place in the body, when it is there. */
  readonly place?: readonly string[];
  /** The type by the schema of the body, when nothing else gives a type. */
  readonly said?: PythonType;
  /** The type that TypeScript sees, when it is not that of `type`. */
  readonly seen?: PythonType;
  /** Whether nobody else has the list that it gives. */
  readonly isFresh?: boolean;
}

export function atom(text: string, type: PythonType, more: Partial<Code> = {}): Code {
  return { text, type, isAtom: true, ...more };
}

export function compound(text: string, type: PythonType): Code {
  return { text, type, isAtom: false };
}

/** The text of an expression as a part of another one. */
export function part({ text, isAtom }: Code): string {
  return isAtom ? text : `(${text})`;
}

export function call(callee: string, args: readonly (Code | string)[], type: PythonType): Code {
  const texts = args.map((arg) => (typeof arg === 'string' ? arg : arg.text));
  return atom(`${callee}(${texts.join(', ')})`, type, {
    isFresh: type.kind === 'list' || type.kind === 'set',
  });
}

export function textLiteral(value: string): Code {
  return atom(quote(value), STR, { constant: value });
}

/** An expression as a value of a wanted type: TypeScript is told where it does not see it. */
export function cast(code: Code, wanted: PythonType, typeText: (type: PythonType) => string): string {
  const seen = mayBe(code.type, 'any') ? seenType(code) : code.type;
  if (seen && seen.kind !== 'any' && isAssignable(seen, wanted)) return code.text;
  if (wanted.kind === 'any') return code.text;
  const isUnknown = seen?.kind === 'any';
  return `${part(code)} as ${isUnknown ? '' : 'unknown as '}${typeText(wanted)}`;
}

/** Undefined where it is not certain. The functions of `py` give unknown. */
function seenType({ text, seen }: Code): PythonType | undefined {
  return seen ?? (text.startsWith('py.') && text.endsWith(')') ? { kind: 'any' } : undefined);
}

/** Whether a value is written as a literal text or number: its type in TypeScript is this value alone. */
export function isLiteral({ constant, text }: Code): boolean {
  return constant !== undefined || /^-?\d/.test(text);
}

/** TypeScript refuses a condition that is a literal. */
export function hasKnownTruth(code: Code): boolean {
  return isLiteral(code) || code.text === 'null';
}

/** An expression as the condition of an `if`, or an operand of `&&`. */
export function condition(code: Code): string {
  return isTruthAlike(code.type) && !hasKnownTruth(code) ? part(code) : `py.truth(${code.text})`;
}

/** A part of a template literal: a text as it is, or an expression whose text is inserted. */
export type TemplatePart = string | Code;

/** A template literal; a plain text where there is nothing to insert. */
export function template(parts: readonly TemplatePart[]): Code {
  const merged: TemplatePart[] = [];
  for (const piece of parts) {
    const value = typeof piece === 'string' ? piece : piece.constant;
    const last = merged.at(-1);
    if (value !== undefined && typeof last === 'string') merged[merged.length - 1] = last + value;
    else merged.push(value ?? piece);
  }
  if (merged.every((piece) => typeof piece === 'string')) return textLiteral(merged.join(''));
  const text = merged.map((piece) =>
    typeof piece === 'string' ? templateText(piece) : `\${${inserted(piece)}}`,
  );
  return atom(`\`${text.join('')}\``, STR);
}

/** JavaScript inserts a text and a whole number as Python does. */
function inserted(code: Code): string {
  return code.type.kind === 'str' ? code.text : `py.str(${code.text})`;
}

function templateText(text: string): string {
  return JSON.stringify(text)
    .slice(1, -1)
    .replaceAll('\\"', '"')
    .replace(/`|\$(?=\{)/g, '\\$&');
}
