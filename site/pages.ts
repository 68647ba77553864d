import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { deadLinksOf, isOutside, pathOf } from './links.js';
import { changeLinks, withoutComments } from './markdown.js';

/** A page of the site. */
export interface Page {
  /** Its path in the site's sources: `guides/messages.md`. */
  readonly path: string;
  readonly text: string;
}

const DOCS = 'docs';
/** The page that the forge shows for a folder, and the site for `/`. */
const FORGE_INDEX = 'README.md';
const SITE_INDEX = 'index.md';
/** docs/api has a report for each entry of the package. The site has the reference from doc comments in its place. */
const REPORTS = 'api/';

/** The documents as they are in a repository. */
export class Documents {
  private readonly docs: string;

  /**
   * @param root the folder of the repository
   * @param forge the address of the repository on the forge
   */
  constructor(
    private readonly root: string,
    private readonly forge: string,
  ) {
    this.docs = join(root, DOCS);
  }

  /**
   * The pages. Their comments are left out. A link to a file that is not a page leads to the forge.
   *
   * @throws Error that names each link without a target, and its page
   */
  pages(): Page[] {
    const paths = this.paths('.md');
    const deadLinks = paths.flatMap((path) => deadLinksOf(this.root, posix.join(DOCS, path)));
    if (deadLinks.length > 0) throw new Error(deadLinks.join('\n'));
    return paths.map((path) => ({
      path: sitePath(path),
      text: changeLinks(withoutComments(this.read(path)), (target) => this.onSite(path, target)),
    }));
  }

  /** Writes the pages and their images into a folder. */
  writeTo(folder: string): void {
    for (const { path, text } of this.pages()) writeFile(join(folder, path), text);
    for (const path of this.paths('')) {
      if (!path.endsWith('.md')) cpSync(join(this.docs, path), join(folder, path));
    }
  }

  /** The target of a link on the site. */
  private onSite(from: string, target: string): string {
    if (isOutside(target)) return target;
    const [file = '', anchor] = target.split('#');
    if (file === '') return target;
    const path = pathOf(from, target);
    const suffix = anchor === undefined ? '' : `#${anchor}`;
    const isFile = statSync(join(this.docs, path)).isFile();
    if (!path.startsWith('..') && isFile) return sitePath(file) + suffix;
    return `${this.forge}/${isFile ? 'blob' : 'tree'}/main/${posix.join(DOCS, path)}${suffix}`;
  }

  private paths(extension: string): string[] {
    return readdirSync(this.docs, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(extension))
      .map((entry) => posix.relative(this.docs, posix.join(entry.parentPath, entry.name)))
      .filter((path) => !path.startsWith(REPORTS))
      .sort();
  }

  private read(path: string): string {
    return readFileSync(join(this.docs, path), 'utf8');
  }
}

export function writeFile(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function sitePath(path: string): string {
  return posix.basename(path) === FORGE_INDEX ? posix.join(posix.dirname(path), SITE_INDEX) : path;
}
