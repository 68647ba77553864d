import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const SAMPLES = join(import.meta.dirname, '../../../sample');
const NAMES = readdirSync(SAMPLES).filter((name) => /^\d\d-/.test(name));

describe.each(NAMES)('sample %s', (name) => {
  const read = (file: string): string => readFileSync(join(SAMPLES, name, file), 'utf8');

  it('has a README of about twenty lines', () => {
    expect(read('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(22);
  });

  it('says at the beginning of its main file what it shows', () => {
    expect(read('main.ts')).toMatch(/^\/\*\n \* [A-Z]/);
  });
});
