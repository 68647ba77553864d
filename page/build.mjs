import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const PAGE = fileURLToPath(new URL('.', import.meta.url));
const PACKAGES = ['preact', 'uplot'];
const require = createRequire(import.meta.url);

/**
 * Builds the files of the live page: index.html, app.js and app.css, and the licences of the packages within app.js.
 *
 * @param {string} folder where the files are written; default of the command: dist/page-assets
 */
export async function buildPage(folder) {
  await mkdir(folder, { recursive: true });
  await build({
    entryPoints: { app: join(PAGE, 'src/main.tsx') },
    outdir: folder,
    tsconfig: join(PAGE, 'tsconfig.json'),
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'warning',
  });
  await copyFile(join(PAGE, 'index.html'), join(folder, 'index.html'));
  await writeFile(join(folder, 'THIRD-PARTY.txt'), await licences());
}

async function licences() {
  const texts = PACKAGES.map(async (name) => {
    const text = await readFile(join(dirname(require.resolve(`${name}/package.json`)), 'LICENSE'), 'utf8');
    return `${name}\n\n${text.trim()}\n`;
  });
  return (await Promise.all(texts)).join('\n');
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  await buildPage(argv[2] ?? join(PAGE, '../dist/page-assets'));
}
