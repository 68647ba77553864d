import { describe, expect, it } from 'vitest';
import { ecmaScriptRegExp } from '../../../lib/json-schema/index.js';

describe('a pattern of Python', () => {
  it.each([
    ['a(?#a comment)b', 'ab', true],
    ['^\\U0001F600$', '😀', true],
    ['a{,2}$', 'aa', true],
    ['x{y', 'x{y', true],
    ['a]b}', 'a]b}', true],
    ['^(?P<x>a)(?P=x)$', 'aa', true],
    ['^(?P<x>a)(?P=x)$', 'ab', false],
  ])('%s finds in %j what Python finds: %s', (pattern, text, isFound) => {
    expect(ecmaScriptRegExp(pattern).test(text)).toBe(isFound);
  });

  it.each([
    ['a(?#no end', 'Unterminated comment'],
    ['(?<name>a)', 'A named group is written (?P<name>…)'],
  ])('%s is refused, as Python refuses it', (pattern, text) => {
    expect(() => ecmaScriptRegExp(pattern)).toThrow(text);
  });
});
