import { describe, expect, it } from 'vitest';
import * as py from '../../../lib/python/index.js';

function added(items: Set<unknown>, value: unknown): Set<unknown> {
  py.addTo(items, value);
  return items;
}

/** Calls, and what Python gives. Sets and numbers that JSON does not have are not in the comparison with Python. */
describe('a function of Python', () => {
  it.each<[string, () => unknown, unknown]>([
    ['set([True, 1, 0, False])', () => py.set([true, 1, 0, false]), new Set([true, 0])],
    ['{1}.add(True)', () => added(new Set([1]), true), new Set([1])],
    ['{1}.add(2)', () => added(new Set([1]), 2), new Set([1, 2])],
    ['Color(True) of Color.RED = 1', () => py.enumMember({ RED: 1 }, true), { name: 'RED', value: 1 }],
    ['True in {1}', () => py.contains(new Set([1]), true), true],
    ['{True} == {1}', () => py.equals(new Set([true]), new Set([1])), true],
    ['{1, 2} - {True}', () => py.subtract(new Set([1, 2]), new Set([true])), new Set([2])],
    ['{1, 2} - {2}', () => py.subtract(new Set([1, 2]), new Set([2])), new Set([1])],
    ['{1, 2} == {2, 1}', () => py.equals(new Set([1, 2]), new Set([2, 1])), true],
    ['{1} == {1, 2}', () => py.equals(new Set([1]), new Set([1, 2])), false],
    ['{1} == [1]', () => py.equals(new Set([1]), [1]), false],
    ['1 in {1}', () => py.contains(new Set([1]), 1), true],
    ['bool(set())', () => py.truth(new Set()), false],
    ['bool({0})', () => py.truth(new Set([0])), true],
    ['repr(set())', () => py.repr(new Set()), 'set()'],
    ["repr({'a'})", () => py.repr(new Set(['a'])), "{'a'}"],
    ["repr(float('nan'))", () => py.repr(Number.NaN), 'nan'],
    ["repr(float('-inf'))", () => py.repr(-Infinity), '-inf'],
    ["3 * 'ab'", () => py.multiply(3, 'ab'), 'ababab'],
    ['[1] * 2', () => py.multiply([1], 2), [1, 1]],
    ['-1 * [1]', () => py.multiply(-1, [1]), []],
    ["list({'a': 1}.values())", () => py.values({ a: 1 }), [1]],
    ["'a b'.rsplit()", () => py.rsplit('a b'), ['a', 'b']],
    ["'a-b-c'.rsplit('-', 1)", () => py.rsplit('a-b-c', '-', 1), ['a-b', 'c']],
  ])('gives for %s what Python gives', (_, call, result) => {
    expect(call()).toEqual(result);
  });

  it.each<[string, () => unknown, string]>([
    ['{1}.add([])', () => added(new Set([1]), []), "TypeError: unhashable type: 'list'"],
    ['[] in {1}', () => py.contains(new Set([1]), []), "TypeError: unhashable type: 'list'"],
    ["'a'.split('')", () => py.split('a', ''), 'ValueError: empty separator'],
    ['[].values()', () => py.values([]), "AttributeError: 'list' object has no attribute 'values'"],
    ["'a'.append(1)", () => py.listCopy('a'), "AttributeError: 'str' object has no attribute 'append'"],
    ["f'{1:nonsense}'", () => py.formatted(1, 'nonsense'), "ValueError: Invalid format specifier 'nonsense'"],
    ["'{'.format()", () => py.format('{', []), "ValueError: Single '{' encountered in format string"],
    [
      "'{} {0}'.format(1)",
      () => py.format('{} {0}', [1]),
      'ValueError: cannot switch between automatic and manual field numbering',
    ],
    [
      "'{a.b}'.format(a=1)",
      () => py.format('{a.b}', [], { a: 1 }),
      "ValueError: the field 'a.b' is not known",
    ],
  ])('refuses %s with the error of Python', (_, call, text) => {
    let error: unknown;
    try {
      call();
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(py.PythonError);
    expect(`${(error as Error).name}: ${(error as Error).message}`).toBe(text);
  });
});
