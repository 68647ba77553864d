import {
  FORMAT_SPECIFICATION,
  type TemplatePart as FieldOrText,
  templateParts,
} from '../../../python-templates/index.js';
import type { PythonNode } from '../../exporter/index.js';
import { quote } from '../../printing/index.js';
import { call, type Code, template, type TemplatePart } from '../code.js';
import type { Context } from '../context.js';
import { hasObject, hasTuple, mayBe, STR, unseenItemOf } from '../python-type.js';
import { child, children, constantText, is, maybe, name } from '../syntax.js';
import { Uncertain } from '../uncertain.js';

const CONVERSIONS: Readonly<Record<number, string>> = { 114: 'r', 115: 's' };

/** An f-string. */
export function fString(node: PythonNode, context: Context): Code {
  return template(
    children(node, 'values').map((value) => {
      const text = constantText(value);
      if (text !== undefined) return text;
      const conversion = value['conversion'] as number;
      if (conversion > 0 && !CONVERSIONS[conversion]) throw new Uncertain('it uses the conversion !a');
      const specification = maybe(value, 'format_spec');
      return field(
        context.expression(child(value, 'value')),
        CONVERSIONS[conversion],
        specification ? fString(specification, context).constant : '',
      );
    }),
  );
}

function field(value: Code, conversion: string | undefined, specification: string | undefined): Code {
  if (specification === undefined || !FORMAT_SPECIFICATION.test(specification)) {
    throw new Uncertain('it formats a value in a way that is not translated');
  }
  assertHasText(value);
  const converted =
    conversion === 'r' ? call('py.repr', [value], STR) : conversion ? call('py.str', [value], STR) : value;
  return specification === '' ? converted : call('py.formatted', [converted, quote(specification)], STR);
}

/** Tuples and objects have texts in Python that their values in TypeScript do not have. */
export function assertHasText({ type }: Pick<Code, 'type'>): void {
  if (hasTuple(type) || hasObject(type)) {
    throw new Uncertain('it makes a text of an object');
  }
}

/** `'…'.format(…)` with a constant text. */
export function formatMethod(text: string, node: PythonNode, context: Context): Code {
  const positional = children(node, 'args').map((arg) => {
    if (is(arg, 'Starred')) throw new Uncertain('it calls format() with a list of arguments');
    return context.expression(arg);
  });
  const keywords = children(node, 'keywords');
  const parts = readTemplate(text);
  const spread = keywords.find((keyword) => typeof keyword['arg'] !== 'string');
  if (spread) {
    if (keywords.length > 1) throw new Uncertain('it calls format() with a dict and further arguments');
    positional.forEach(assertHasText);
    const dict = context.expression(child(spread, 'value'));
    return call('py.format', [quote(text), `[${positional.map((arg) => arg.text).join(', ')}]`, dict], STR);
  }
  const named = new Map(
    keywords.map((keyword) => [name(keyword, 'arg'), context.expression(child(keyword, 'value'))]),
  );
  return template(filled(parts, positional, named));
}

/** `self.TEMPLATE.format(…)`, where each class has a constant of its own. */
export function formatOf(
  owner: Code,
  templates: readonly unknown[],
  node: PythonNode,
  context: Context,
): Code {
  // Each of them has to be one that can be translated with these arguments.
  for (const text of templates) {
    if (typeof text !== 'string') throw new Uncertain('it calls format() of something else than a text');
    formatMethod(text, node, context);
  }
  const positional = children(node, 'args').map((arg) => context.expression(arg).text);
  const named = children(node, 'keywords').map((keyword) => {
    if (typeof keyword['arg'] !== 'string') throw new Uncertain('it calls format() with a dict');
    return `${name(keyword, 'arg')}: ${context.expression(child(keyword, 'value')).text}`;
  });
  const object = named.length === 0 ? [] : [`{ ${named.join(', ')} }`];
  return call('py.format', [owner, `[${positional.join(', ')}]`, ...object], STR);
}

function readTemplate(text: string): readonly FieldOrText[] {
  try {
    return templateParts(text);
  } catch {
    throw new Uncertain('it has a template of format() that is not translated');
  }
}

/** The template with its arguments. An argument may be unused, or used twice. */
function filled(
  parts: readonly FieldOrText[],
  positional: readonly Code[],
  named: ReadonlyMap<string, Code>,
): TemplatePart[] {
  let next = 0;
  return parts.map((piece) => {
    if (typeof piece === 'string') return piece;
    const { argument, keys, conversion, specification } = piece;
    const value = /^\d*$/.test(argument)
      ? positional[argument === '' ? next++ : Number(argument)]
      : named.get(argument);
    if (!value) throw new Uncertain(`format() has no argument for the field {${argument}}`);
    const chosen =
      keys.length === 0
        ? value
        : call(
            'py.item',
            [value, ...keys.map((key) => (typeof key === 'number' ? String(key) : quote(key)))],
            keys.reduce(unseenItemOf, value.type),
          );
    return field(chosen, conversion, specification);
  });
}

const PERCENT_FIELD = /%(?:\((\w+)\))?([a-z%])|%/g;

/** `'…' % values` with a constant text; undefined when the left side is another expression. */
export function percentFormat(left: PythonNode, right: PythonNode, context: Context): Code | undefined {
  const text = constantText(left);
  if (text === undefined) return undefined;
  const values = is(right, 'Tuple')
    ? children(right, 'elts').map((value) => context.expression(value))
    : undefined;
  const only = values ?? [context.expression(right)];
  if (values === undefined && mayBe(only[0]!.type, 'tuple', 'instance'))
    throw new Uncertain('it formats a tuple with %');
  const parts: TemplatePart[] = [];
  let end = 0;
  let next = 0;
  for (const match of text.matchAll(PERCENT_FIELD)) {
    const [whole, key, type] = match;
    parts.push(text.slice(end, match.index));
    end = match.index + whole.length;
    if (whole === '%%') parts.push('%');
    else {
      const value =
        key === undefined
          ? only[next++]
          : call('py.item', [only[0]!, quote(key)], unseenItemOf(only[0]!.type));
      if (!value || type === undefined) throw new Uncertain('it has a template of % that is not translated');
      parts.push(percentField(value, type));
    }
  }
  const used = text.includes('%(') ? 1 : next;
  if (used !== only.length) throw new Uncertain('it gives % another number of values than its template has');
  return template([...parts, text.slice(end)]);
}

function percentField(value: Code, type: string): Code {
  assertHasText(value);
  if (type === 's') return value;
  if (type === 'r') return call('py.repr', [value], STR);
  if (type === 'd' || type === 'i') return call('py.decimal', [value], STR);
  throw new Uncertain(`it formats with %${type}, which is not translated`);
}
