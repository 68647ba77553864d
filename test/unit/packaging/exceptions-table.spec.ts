import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import * as api from '../../../lib/index.js';

it("README's table of exceptions lists every exported exception", () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  const [, section] = /^## Exceptions$(.*?)^## /ms.exec(readme)!;
  const exported = Object.entries(api)
    .filter(
      ([, value]) => typeof value === 'function' && value.prototype instanceof api.FedoraMessagingException,
    )
    .map(([name]) => name);
  expect(exported).toContain('Nack');
  const listed = exported.filter((name) => section!.includes(`\`${name}\``));
  expect(listed).toEqual(exported);
});
