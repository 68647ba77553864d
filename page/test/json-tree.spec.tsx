import { expect, it } from 'vitest';
import { JsonTree } from '../src/parts/json-tree.js';
import { button, rendered, settled, textOf } from './rendered.js';

const BODY = { agent: 'bob', update: { builds: [{ nvr: 'kernel-6' }], url: 'https://example.com/' } };

it('a body is a tree that folds: what is folded is not in the document', async () => {
  const root = rendered(<JsonTree value={BODY} pointer="/body" depth={1} />);
  expect(textOf(root)).toContain('agent: "bob"');
  expect(textOf(root)).toContain('update: {2}');
  expect(textOf(root)).not.toContain('builds');
  const folded = root.querySelector<HTMLDetailsElement>('[data-pointer="/body/update"] details')!;
  folded.open = true;
  folded.dispatchEvent(new Event('toggle'));
  await settled();
  expect(textOf(root)).toContain('builds: [1]');
});

it('the value at the path of a failure is marked, and everything above it is unfolded', () => {
  const marks = [{ pointer: '/body/update/builds/0/nvr', message: 'must be a number' }];
  const root = rendered(<JsonTree value={BODY} pointer="/body" depth={0} marks={marks} />);
  const [wrong, ...others] = root.querySelectorAll('.json-wrong');
  expect(others).toEqual([]);
  expect(wrong!.getAttribute('data-pointer')).toBe('/body/update/builds/0/nvr');
  expect(textOf(wrong)).toBe('nvr: "kernel-6"must be a number');
});

it('markup in a message is text, and a URL with another scheme than http and https is no link', () => {
  const value = {
    html: '<img src=x onerror=alert(1)>',
    bad: 'javascript:alert(1)',
    good: 'https://a.example/',
  };
  const root = rendered(<JsonTree value={value} pointer="" />);
  expect(root.querySelectorAll('img')).toHaveLength(0);
  expect(textOf(root)).toContain('"<img src=x onerror=alert(1)>"');
  expect([...root.querySelectorAll('a')].map(({ href, rel, target }) => [href, rel, target])).toEqual([
    ['https://a.example/', 'noopener noreferrer', '_blank'],
  ]);
});

it('of a long list the first hundred members are shown, and more on demand', async () => {
  const root = rendered(<JsonTree value={Array.from({ length: 250 }, () => 1)} pointer="" />);
  expect(root.querySelectorAll('.json-leaf')).toHaveLength(100);
  button(root, '150 more')!.click();
  await settled();
  expect(root.querySelectorAll('.json-leaf')).toHaveLength(200);
});

it('of a long list, each marked member is shown at first, whatever its place', () => {
  const value = Array.from({ length: 500 }, (_, index) => index);
  const marks = [
    { pointer: '/body/349', message: 'must be a string' },
    { pointer: '/body/150', message: 'must be a string' },
  ];
  const root = rendered(<JsonTree value={value} pointer="/body" marks={marks} />);
  expect(root.querySelectorAll('.json-wrong')).toHaveLength(2);
  expect(textOf(root)).toMatch(
    /99: 99\s?150: 150\s?must be a string\s?349: 349\s?must be a string\s?398 more$/,
  );
});

it('of a long text the beginning is shown, and the rest on demand', async () => {
  const root = rendered(<JsonTree value={'x'.repeat(5_000)} pointer="" />);
  expect(textOf(root).length).toBeLessThan(1_100);
  button(root, '4000 more characters')!.click();
  await settled();
  expect(textOf(root)).toBe(`"${'x'.repeat(5_000)}"`);
});
