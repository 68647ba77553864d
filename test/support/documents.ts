import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';

const ROOT = join(import.meta.dirname, '../..');

/** The text of a page, by its path from the root of the repository. */
export function page(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** The text below a heading, up to the next heading of any level. */
export function section(text: string, heading: string): string {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, '') === heading);
  if (start < 0) throw new Error(`no heading ${heading}`);
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => /^#+ /.test(line));
  return rest.slice(0, end < 0 ? undefined : end).join('\n');
}

/** The rows of all tables, each by the names of its columns. */
export function rows(text: string): Record<string, string>[] {
  const found: Record<string, string>[] = [];
  let names: string[] | undefined;
  for (const line of text.split('\n')) {
    if (!line.startsWith('|')) {
      names = undefined;
      continue;
    }
    const cells = line
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim());
    if (!names) names = cells;
    else if (!cells.every((cell) => /^:?-+:?$/.test(cell)))
      found.push(Object.fromEntries(names.map((name, n) => [name, cells[n] ?? ''])));
  }
  return found;
}

/** The pieces of code in a text: `these`. */
export function codes(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code!);
}

/** The code blocks of a language, in order. */
export function blocks(text: string, language: string): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}.*\n([^]*?)^\`\`\``, 'gm'))].map(
    ([, code]) => code!,
  );
}

/** The value of a literal of JavaScript. */
export function valueOf(literal: string): unknown {
  return JSON.parse(JSON.stringify(runInNewContext(`(${literal})`)));
}
