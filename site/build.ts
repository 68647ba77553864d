import { execFileSync, spawn } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, statSync, watch } from 'node:fs';
import { join } from 'node:path';
import { externalRequestsOf } from './external-requests.js';
import { llmsFullText, llmsText } from './llms.js';
import { Documents, writeFile } from './pages.js';
import { sidebarOf, sidebarOfFolder } from './sidebar.js';

/*
 * `npm run docs` builds the site into site/dist, from docs/ and from the doc comments of the package. With `--dev`, the command
 * shows the site, and follows changes of docs/.
 */

const ROOT = join(import.meta.dirname, '..');
const SITE = join(ROOT, 'site');
const PAGES = join(SITE, '.build/pages');
const isDev = process.argv.includes('--dev');
/** The path of the site on its server. */
const BASE = process.env['DOCS_BASE'] ?? '/';

interface Manifest {
  readonly name: string;
  readonly description: string;
  readonly repository: { readonly url: string };
  readonly exports: Readonly<Record<string, string | { readonly types: string }>>;
}

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;
const forge = manifest.repository.url.replace(/^git\+/, '').replace(/\.git$/, '');
const documents = new Documents(ROOT, forge);

install();
rmSync(PAGES, { recursive: true, force: true });
documents.writeTo(PAGES);
writeReference();
writeTexts();
if (isDev) watch(join(ROOT, 'docs'), { recursive: true }, update);
const vitepress = spawn(tool('vitepress'), [isDev ? 'dev' : 'build', SITE], { stdio: 'inherit' });
vitepress.on('exit', (code) => {
  if (code === 0 && !isDev) checkRequests();
  process.exit(code ?? 1);
});

/** The packages of the site are its own: the tests of the package need none of them. */
function install(): void {
  const [installed, locked] = ['node_modules/.package-lock.json', 'package-lock.json'].map((file) => {
    return statSync(join(SITE, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  });
  if (installed! >= locked!) return;
  execFileSync('npm', ['ci', '--prefix', SITE, '--no-audit', '--no-fund'], { stdio: 'inherit' });
}

/** Writes the reference of the API from doc comments. */
function writeReference(): void {
  const entryPoints = Object.values(manifest.exports).flatMap((target) =>
    typeof target === 'string' ? [] : [target.types.replace('./dist', '../lib').replace('.d.ts', '.ts')],
  );
  const args = entryPoints.flatMap((entry) => ['--entryPoints', entry]);
  execFileSync(tool('typedoc'), [...args, '--out', join(PAGES, 'api')], { cwd: SITE, stdio: 'inherit' });
}

/** Writes what VitePress's configuration reads, and the texts for language models. */
function writeTexts(): void {
  const pages = documents.pages();
  const guides = sidebarOf(pages);
  const reference = readdirSync(join(PAGES, 'api'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .sort()
    .map((path) => `api/${path}`);
  const sidebar = {
    '/': [...guides, { text: 'API', link: '/api/' }],
    '/api/': [{ text: 'Guides', link: '/' }, sidebarOfFolder('API', 'api', reference)],
  };
  const settings = { title: manifest.name, description: manifest.description, base: BASE, forge, sidebar };
  writeFile(join(SITE, '.build/settings.json'), JSON.stringify(settings));
  const llms = llmsText(manifest.name, manifest.description, BASE, guides, pages);
  writeFile(join(PAGES, 'public/llms.txt'), llms);
  writeFile(join(PAGES, 'public/llms-full.txt'), llmsFullText(pages));
  for (const { path, text } of pages) writeFile(join(PAGES, 'public', path), text);
}

/** Follows a change of docs/. A page that is wrong for now is reported. */
function update(): void {
  try {
    documents.writeTo(PAGES);
  } catch (error) {
    console.error(String(error));
  }
}

/** Readers of the site are nobody else's business: it has its fonts and its search itself. */
function checkRequests(): void {
  const built = join(SITE, 'dist');
  for (const file of readdirSync(built, { recursive: true, encoding: 'utf8' })) {
    if (!/\.(html|css)$/.test(file)) continue;
    const [address] = externalRequestsOf(readFileSync(join(built, file), 'utf8'));
    if (address !== undefined) throw new Error(`site/dist/${file} loads ${address}`);
  }
}

function tool(name: string): string {
  return join(SITE, 'node_modules/.bin', name);
}
