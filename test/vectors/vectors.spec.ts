import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { freeSchemaNames } from './described-message-class.js';
import { casesIn } from './vectors.js';

afterAll(freeSchemaNames);

describe('the reference vectors', () => {
  const cases = casesIn(fileURLToPath(new URL('.', import.meta.url)));

  it('have cases of every kind', () => {
    expect(new Set(cases.map(({ name }) => name.split(':')[0])).size).toBe(6);
  });

  it.each(cases)('$name', ({ run }) => run());
});

describe('the further vectors', () => {
  const cases = casesIn(fileURLToPath(new URL('more', import.meta.url)));

  it('have cases of every kind', () => {
    expect(new Set(cases.map(({ name }) => name.split(':')[0])).size).toBe(6);
  });

  it.each(cases)('$name', ({ run }) => run());
});
