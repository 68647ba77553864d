import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { anchorsOf, changeLinks, withoutComments } from './markdown.js';

/** The links of a document that lead to no file, or to no heading of a document. */
export function deadLinksOf(root: string, page: string): string[] {
  const dead: string[] = [];
  changeLinks(withoutComments(readFileSync(join(root, page), 'utf8')), (target) => {
    if (!isOutside(target) && !isThere(root, page, target)) {
      dead.push(`${page}: the link to ${target} has no target`);
    }
    return target;
  });
  return dead;
}

/** Whether a link leads to another server. */
export function isOutside(target: string): boolean {
  return /^[a-z]+:/.test(target);
}

/** The path that a link of a page leads to, from where the path of the page begins. */
export function pathOf(page: string, target: string): string {
  const [file = ''] = target.split('#');
  return file === '' ? page : posix.normalize(posix.join(posix.dirname(page), decodeURI(file)));
}

function isThere(root: string, page: string, target: string): boolean {
  const path = pathOf(page, target);
  const [, anchor] = target.split('#');
  if (!existsSync(join(root, path))) return false;
  if (anchor === undefined || !path.endsWith('.md')) return true;
  return anchorsOf(readFileSync(join(root, path), 'utf8')).has(anchor);
}
