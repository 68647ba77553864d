import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { PageAnswer } from '../../../lib/page/http/page-answer.js';
import type { PageRequest } from '../../../lib/page/http/page-route.interface.js';
import { StaticFiles } from '../../../lib/page/http/static-files.js';

async function folderOfFiles(): Promise<string> {
  const folder = `${await mkdtemp(join(tmpdir(), 'page-files-'))}/`;
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

async function answerOf(files: StaticFiles, path: string, headers: Record<string, string> = {}) {
  const route = files.routes.find((other) => other.path === path)!;
  return (await route.answer({ request: { headers } } as unknown as PageRequest)) as PageAnswer;
}

it('a file of the page has an ETag, and a browser that has it gets status 304 without the file', async () => {
  const folder = await folderOfFiles();
  await writeFile(`${folder}app.js`, 'go()');
  await writeFile(`${folder}app.css`, 'main {}');
  const files = new StaticFiles(folder);
  const first = await answerOf(files, 'assets/app.js');
  expect([first.status, String(first.body), first.headers['cache-control']]).toEqual([
    200,
    'go()',
    'no-cache',
  ]);
  const etag = first.headers['etag']!;
  const known = await answerOf(files, 'assets/app.js', { 'if-none-match': etag });
  expect([known.status, known.body, known.headers['etag']]).toEqual([304, '', etag]);
  for (const header of ['*', `W/${etag}`, `"other", ${etag}`])
    expect((await answerOf(files, 'assets/app.js', { 'if-none-match': header })).status).toBe(304);
  expect((await answerOf(files, 'assets/app.css', { 'if-none-match': etag })).status).toBe(200);
});

it('a file that is not built is answered with status 503, until it is built', async () => {
  const folder = await folderOfFiles();
  const files = new StaticFiles(folder);
  const missing = await answerOf(files, '');
  expect([missing.status, String(missing.body)]).toEqual([503, expect.stringContaining('npm run build')]);
  expect((await answerOf(files, '', { 'if-none-match': 'undefined' })).status).toBe(503);
  await writeFile(`${folder}index.html`, '<main>');
  expect((await answerOf(files, '')).status).toBe(200);
});
