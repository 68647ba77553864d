// @vitest-environment node
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildPage } from '../build.mjs';

const MAX_BYTES = 60_000;
const folder = mkdtempSync(join(tmpdir(), 'page-'));

beforeAll(() => buildPage(folder));
afterAll(() => rmSync(folder, { recursive: true }));

it('the built page has at most 60 kB, compressed, in all', () => {
  const sizes = ['index.html', 'app.js', 'app.css'].map(
    (name) => gzipSync(readFileSync(join(folder, name))).byteLength,
  );
  const sum = sizes.reduce((one, other) => one + other, 0);
  expect(sum).toBeGreaterThan(10_000);
  expect(sum).toBeLessThanOrEqual(MAX_BYTES);
});

it('the built page consists of index.html, app.js and app.css, next to the licences of other packages', () => {
  expect(readdirSync(folder).toSorted()).toEqual(['THIRD-PARTY.txt', 'app.css', 'app.js', 'index.html']);
  expect(readFileSync(join(folder, 'THIRD-PARTY.txt'), 'utf8')).toMatch(
    /preact[\s\S]*MIT[\s\S]*uplot[\s\S]*MIT/,
  );
});

it('the built page has no inline script or style, and refers to its own files only', () => {
  const html = readFileSync(join(folder, 'index.html'), 'utf8');
  expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc="assets\/app\.js")/);
  const targets = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, target]) => target);
  expect(targets.filter((target) => !target!.startsWith('data:image/'))).toEqual([
    'assets/app.css',
    'assets/app.js',
  ]);
  expect(readFileSync(join(folder, 'app.css'), 'utf8')).not.toMatch(/url\(|@import/);
});
