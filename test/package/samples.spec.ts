import { afterAll, expect, it } from 'vitest';
import { Checkout } from '../support/checkout.js';
import { run } from './support/user-project.js';

const checkout = Checkout.create();
afterAll(() => checkout.remove());

it('npm run demo builds the library and the samples in a fresh checkout, and runs the quick start', async () => {
  const { stdout } = await run('npm', ['run', '--silent', 'demo'], { cwd: checkout.folder });
  expect(stdout).toContain('notifier received  bob submitted kernel to testing');
  expect(stdout.trimEnd().endsWith('done')).toBe(true);
});
