import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Page, readPage } from './blocks.js';

const ROOT = join(import.meta.dirname, '../..');

/** The folder of docs/ whose files are generated. */
const GENERATED = 'api/';

/** The documents for users: README, all of docs/, and the README of each sample. */
export function readPages(): Page[] {
  const docs = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md') && !file.startsWith(GENERATED))
    .map((file) => `docs/${file}`);
  const samples = readdirSync(join(ROOT, 'sample')).map((sample) => `sample/${sample}/README.md`);
  return ['README.md', 'test/documents/README.md', ...docs, ...samples]
    .filter((file) => existsSync(join(ROOT, file)))
    .map((file) => readPage(file, readFileSync(join(ROOT, file), 'utf8')));
}
