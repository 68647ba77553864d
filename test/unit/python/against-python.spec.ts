import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as py from '../../../lib/python/index.js';

/** What Python says to a call: its result, or the name of the error's class. */
type Answer = readonly ['result', unknown] | readonly ['error', string];

/** One function of `py`, the same in Python, and its arguments. */
interface Subject {
  readonly python: string;
  readonly typescript: (...args: never[]) => unknown;
  readonly args: fc.Arbitrary<readonly unknown[]>;
}

const CASES = 150;

/** Whole numbers, and others: JSON does not tell 1.0 from 1 in JavaScript. */
const number = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true, noInteger: true }),
  fc.constantFrom(0, -1, 0.1, 1e-4, 9.9e-5, 1e-7, 5e-324, 123456789.125),
);
const text = fc.oneof(
  // Characters that every version of Unicode in use has: what is printable differs for those that came later.
  fc
    .array(fc.integer({ min: 0, max: 0x24f }), { maxLength: 12 })
    .map((codes) => String.fromCodePoint(...codes)),
  fc.string({
    unit: fc.constantFrom('a', 'b', 'Z', ' ', '-', "'", '"', '\\', '\n', 'é', '𝒳', '\u200b'),
    maxLength: 10,
  }),
);
const scalar = fc.oneof(fc.constant(null), fc.boolean(), number, text);
const value = fc.oneof(
  scalar,
  fc.array(scalar, { maxLength: 4 }),
  fc.dictionary(fc.string({ unit: fc.constantFrom('a', 'b', '_'), minLength: 1, maxLength: 3 }), scalar, {
    maxKeys: 3,
  }),
  fc.array(fc.array(scalar, { maxLength: 2 }), { maxLength: 3 }),
);
const index = fc.integer({ min: -4, max: 4 });
const bound = fc.option(index);
const separator = fc.string({ unit: fc.constantFrom('a', '-', ' '), minLength: 1, maxLength: 2 });
/** Python lets a template have numbers in its fields, or none, but not both. */
const template = fc
  .constantFrom(['{}', '{!r}', '{:>5}'], ['{0}', '{1}', '{name}', '{name!r}', '{0:>5}', '{0[0]}', '{0[a]}'])
  .chain((fields) => fc.array(fc.constantFrom('a', '{{', '}}', ...fields)))
  .map((parts) => parts.join(''));
const specification = fc.constantFrom(
  '',
  's',
  'd',
  '5',
  '>5',
  '<5',
  '^6',
  '*^7',
  '05',
  ',',
  '.2f',
  '8.3f',
  '.3s',
  'x',
  'X',
);

const SUBJECTS: Readonly<Record<string, Subject>> = {
  str: { python: 'str', typescript: py.str, args: fc.tuple(value) },
  repr: { python: 'repr', typescript: py.repr, args: fc.tuple(value) },
  truth: { python: 'bool', typescript: py.truth, args: fc.tuple(value) },
  or: {
    python: 'lambda a, b: a or b',
    typescript: (a, b) => py.or(a, () => b),
    args: fc.tuple(value, value),
  },
  and: {
    python: 'lambda a, b: a and b',
    typescript: (a, b) => py.and(a, () => b),
    args: fc.tuple(value, value),
  },
  item: { python: 'lambda a, b: a[b]', typescript: py.item, args: fc.tuple(value, fc.oneof(index, value)) },
  get: {
    python: 'lambda a, b: a.get(b, "x")',
    typescript: (a, b) => py.get(a, b, 'x'),
    args: fc.tuple(value, value),
  },
  len: { python: 'len', typescript: py.len, args: fc.tuple(value) },
  iterate: { python: 'list', typescript: py.iterate, args: fc.tuple(value) },
  slice: {
    python: 'lambda a, b, c, d: a[b:c:d]',
    typescript: py.slice,
    args: fc.tuple(value, bound, bound, bound),
  },
  unpack: {
    python: 'lambda a: [b for b in (lambda x, y: [x, y])(*a)] if len(a) == 2 else [][0:0].index(0)',
    typescript: (a) => py.unpack(a, 2),
    args: fc.tuple(fc.array(scalar, { maxLength: 4 })),
  },
  equals: {
    python: 'lambda a, b: a == b',
    typescript: py.equals,
    args: fc.oneof(
      fc.tuple(value, value),
      value.map((one) => [one, one]),
    ),
  },
  contains: { python: 'lambda a, b: b in a', typescript: py.contains, args: fc.tuple(value, scalar) },
  compare: {
    python: 'lambda a, b: -1 if a < b else (0 if a == b else 1)',
    typescript: (a, b) => Math.sign(py.compare(a, b)),
    args: fc.tuple(value, value),
  },
  sorted: {
    python: 'sorted',
    typescript: (a: unknown) => py.sorted(a),
    args: fc.tuple(fc.oneof(value, fc.array(text), fc.array(number))),
  },
  reversed: {
    python: 'lambda a: sorted(a, key=len, reverse=True)',
    typescript: (a: unknown) => py.sorted(a, { key: py.len, reverse: true }),
    args: fc.tuple(fc.array(text)),
  },
  min: { python: 'min', typescript: py.min, args: fc.tuple(fc.oneof(value, fc.array(number))) },
  max: { python: 'max', typescript: py.max, args: fc.tuple(fc.oneof(value, fc.array(number))) },
  any: { python: 'any', typescript: py.any, args: fc.tuple(value) },
  all: { python: 'all', typescript: py.all, args: fc.tuple(value) },
  set: {
    python: 'lambda a: sorted(set(a))',
    typescript: (a: unknown) => py.sorted(py.set(a)),
    args: fc.tuple(fc.oneof(value, fc.array(text))),
  },
  isInstance: {
    python: 'lambda a: [isinstance(a, t) for t in (bool, dict, float, int, list, str)]',
    typescript: (a) =>
      (['bool', 'dict', 'float', 'int', 'list', 'str'] as const).map((type) => py.isInstance(a, type)),
    args: fc.tuple(value),
  },
  add: {
    python: 'lambda a, b: a + b',
    typescript: py.add,
    args: fc.tuple(fc.oneof(value, fc.integer()), fc.oneof(value, fc.integer())),
  },
  int: {
    python: 'int',
    typescript: py.int,
    args: fc.tuple(fc.oneof(value, fc.constantFrom('12', ' -3 ', '1_0', '+7', '1.5', '', '__'))),
  },
  split: {
    python: 'lambda a, b, c: a.split(b, c)',
    typescript: py.split,
    args: fc.tuple(value, fc.option(separator), fc.integer({ min: -1, max: 3 })),
  },
  rsplit: {
    python: 'lambda a, b, c: a.rsplit(b, c)',
    typescript: py.rsplit,
    args: fc.tuple(value, fc.option(separator), fc.integer({ min: -1, max: 3 })),
  },
  splitLines: { python: 'lambda a: a.splitlines()', typescript: py.splitLines, args: fc.tuple(value) },
  partition: {
    python: 'lambda a, b: list(a.partition(b))',
    typescript: py.partition,
    args: fc.tuple(value, separator),
  },
  rpartition: {
    python: 'lambda a, b: list(a.rpartition(b))',
    typescript: py.rpartition,
    args: fc.tuple(value, separator),
  },
  strip: {
    python: 'lambda a, b: a.strip(b)',
    typescript: py.strip,
    args: fc.tuple(value, fc.option(separator)),
  },
  lstrip: {
    python: 'lambda a, b: a.lstrip(b)',
    typescript: py.lstrip,
    args: fc.tuple(value, fc.option(separator)),
  },
  rstrip: {
    python: 'lambda a, b: a.rstrip(b)',
    typescript: py.rstrip,
    args: fc.tuple(value, fc.option(separator)),
  },
  replace: {
    python: 'lambda a, b, c, d: a.replace(b, c, d)',
    typescript: py.replace,
    args: fc.tuple(value, fc.oneof(separator, fc.constant('')), text, fc.integer({ min: -1, max: 3 })),
  },
  find: { python: 'lambda a, b: a.find(b)', typescript: py.find, args: fc.tuple(text, separator) },
  count: { python: 'lambda a, b: a.count(b)', typescript: py.count, args: fc.tuple(text, separator) },
  join: {
    python: 'lambda a, b: a.join(b)',
    typescript: py.join,
    args: fc.tuple(separator, fc.oneof(value, fc.array(text))),
  },
  startsWith: {
    python: 'lambda a, b: a.startswith(tuple(b))',
    typescript: (a, b: string[]) => py.startsWith(a, ...b),
    args: fc.tuple(value, fc.array(separator)),
  },
  endsWith: {
    python: 'lambda a, b: a.endswith(tuple(b))',
    typescript: (a, b: string[]) => py.endsWith(a, ...b),
    args: fc.tuple(value, fc.array(separator)),
  },
  zfill: {
    python: 'lambda a, b: a.zfill(b)',
    typescript: py.zfill,
    args: fc.tuple(fc.oneof(text, fc.constantFrom('-1', '+2')), fc.integer({ min: 0, max: 6 })),
  },
  capitalize: {
    python: 'lambda a: a.capitalize()',
    typescript: py.capitalize,
    args: fc.tuple(fc.string({ unit: fc.constantFrom('a', 'B', ' ', '1', 'É') })),
  },
  title: {
    python: 'lambda a: a.title()',
    typescript: py.title,
    args: fc.tuple(fc.string({ unit: fc.constantFrom('a', 'B', ' ', '1', "'", 'É') })),
  },
  format: {
    python: 'lambda a, b, c: a.format(*b, **c)',
    typescript: py.format,
    args: fc.tuple(template, fc.array(value, { maxLength: 2 }), fc.dictionary(fc.constant('name'), value)),
  },
  formatted: {
    python: 'format',
    typescript: py.formatted,
    args: fc.tuple(fc.oneof(scalar, fc.integer()), specification),
  },
  decimal: { python: 'lambda a: "%d" % a', typescript: py.decimal, args: fc.tuple(scalar) },
};

/** Asks Python once for the answers to all calls. */
function askPython(calls: readonly (readonly [code: string, args: readonly unknown[]])[]): Answer[] {
  const script = [
    'import json, sys',
    'def answer(code, args):',
    '    try:',
    '        return ["result", eval(code)(*args)]',
    '    except Exception as error:',
    '        return ["error", type(error).__name__]',
    'print(json.dumps([answer(code, args) for code, args in json.load(sys.stdin)]))',
  ].join('\n');
  const stdout = execFileSync('python3', ['-c', script], {
    input: JSON.stringify(calls),
    maxBuffer: 100_000_000,
    encoding: 'utf8',
  });
  return JSON.parse(stdout) as Answer[];
}

function askTypeScript({ typescript }: Subject, args: readonly unknown[]): Answer {
  try {
    const result = (typescript as (...args: readonly unknown[]) => unknown)(...args);
    return ['result', JSON.parse(JSON.stringify(result))];
  } catch (error) {
    if (error instanceof py.PythonError) return ['error', error.name];
    throw error;
  }
}

describe('a function of nestjs-fedora-messaging/python', () => {
  const calls = Object.entries(SUBJECTS).flatMap(([name, subject]) =>
    fc.sample(subject.args, CASES).map((args) => ({ name, subject, args })),
  );
  const answers = askPython(calls.map(({ subject, args }) => [subject.python, args]));

  it.each(Object.keys(SUBJECTS))('%s answers as Python does, for values of all kinds', (name) => {
    const own = calls
      .map((one, place) => ({ ...one, answer: answers[place]! }))
      .filter((one) => one.name === name);
    expect(own).toHaveLength(CASES);
    for (const { subject, args, answer } of own) {
      expect({ args, answer: askTypeScript(subject, args) }).toEqual({ args, answer });
    }
  });
});
