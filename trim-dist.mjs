import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/*
 * Makes `dist` smaller before it is packed. Doc comments stay in the declarations that users import, directly or through
 * others. All other declarations are removed, and all comments in the code.
 */
const ROOT = fileURLToPath(new URL('.', import.meta.url));
const DIST = join(ROOT, 'dist');
const RELATIVE_IMPORT = /(?:from|import)\s*\(?\s*['"](\.[^'"]+)\.js['"]/g;

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const entries = Object.values(manifest.exports).flatMap(({ types }) => types ?? []);

const used = new Set();
const found = entries.map((types) => join(ROOT, types));
for (let file = found.pop(); file !== undefined; file = found.pop()) {
  if (used.has(file)) continue;
  used.add(file);
  for (const [, target] of readFileSync(file, 'utf8').matchAll(RELATIVE_IMPORT)) {
    found.push(join(dirname(file), `${target}.d.ts`));
  }
}

for (const name of readdirSync(DIST, { recursive: true })) {
  const file = join(DIST, name);
  if (name.endsWith('.d.ts')) {
    if (!used.has(file)) rmSync(file);
  } else if (name.endsWith('.js') && !name.startsWith('page-assets')) {
    writeFileSync(file, withoutComments(file));
  }
}

function withoutComments(fileName) {
  return ts.transpileModule(readFileSync(fileName, 'utf8'), {
    fileName,
    compilerOptions: {
      allowJs: true,
      removeComments: true,
      target: ts.ScriptTarget.ESNext,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
    },
  }).outputText;
}
