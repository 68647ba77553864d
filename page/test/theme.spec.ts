import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const STYLES = join(import.meta.dirname, '../src/styles');
const style = (name: string): string => readFileSync(join(STYLES, `${name}.css`), 'utf8');
const THEME = style('theme');

/** The custom properties of a piece of a style sheet. */
function properties(css: string): Record<string, string> {
  return Object.fromEntries(
    [...css.matchAll(/--([\w-]+): (#\w+);/g)].map(([, name, value]) => [name, value]),
  );
}

const [light, dark] = THEME.split('@media screen and (prefers-color-scheme: dark)').map(properties);
const print = properties(style('print'));
const THEMES = {
  light: light!,
  dark: { ...light, ...dark },
  print: { ...light, ...print },
};

const TEXTS =
  'text dim faint accent string number name in-hand processed dropped rejected failed invalid warning line-1 line-2 line-3'.split(
    ' ',
  );
/** The surfaces on which every text may be. */
const SURFACES = ['page', 'surface', 'raised', 'hover', 'chosen'];
/** Texts on surfaces of their own. */
const PAIRS = [
  ['on-accent', 'accent'],
  ['failed', 'soft-failed'],
  ['text', 'soft-failed'],
  ['warning', 'soft-warning'],
  ['text', 'soft-paused'],
] as const;

/** The relative luminance of a colour such as `#1b2129`, as the WCAG define it. */
function luminance(color: string): number {
  const hex = color.length === 4 ? color.replace(/\w/g, '$&$&') : color;
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

function contrast(one: string, other: string): number {
  const [dim, bright] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (bright! + 0.05) / (dim! + 0.05);
}

describe.each(Object.entries(THEMES))('the colours of the %s page', (_, colors) => {
  it('have a contrast of at least 4.5 between every text and every surface', () => {
    const pairs = [...TEXTS.flatMap((text) => SURFACES.map((surface) => [text, surface] as const)), ...PAIRS];
    const low = pairs
      .map(([text, surface]) => ({ text, surface, ratio: contrast(colors[text]!, colors[surface]!) }))
      .filter(({ ratio }) => !(ratio >= 4.5));
    expect(low).toEqual([]);
  });
});

it('a printed page has the colours of the light page, apart from those that the style for print changes', () => {
  expect(dark).toBeDefined();
  expect(Object.keys(print).filter((name) => print[name] === light![name])).toEqual([]);
});

it('something moves only for visitors who have nothing against motion', () => {
  for (const name of readdirSync(STYLES)) {
    const [always] = readFileSync(join(STYLES, name), 'utf8').split(
      '@media (prefers-reduced-motion: no-preference)',
    );
    expect(always).not.toMatch(/animation|transition|@keyframes/);
  }
});
