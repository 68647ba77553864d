import { posix } from 'node:path';
import { changeLinks, plainText, titleOf } from './markdown.js';
import type { Page } from './pages.js';

/** An entry of the sidebar, in the form of VitePress. */
export interface SidebarItem {
  readonly text: string;
  readonly link?: string;
  readonly items?: readonly SidebarItem[];
  readonly collapsed?: boolean;
}

const INDEX = 'index.md';

/**
 * The sidebar: a group for each heading of the index, with the pages that the index links to below it, in this order.
 *
 * @throws Error that names each page without a link
 */
export function sidebarOf(pages: readonly Page[]): SidebarItem[] {
  const titles = new Map(pages.map(({ path, text }) => [path, titleOf(text) ?? path]));
  const index = pages.find(({ path }) => path === INDEX);
  if (!index) throw new Error('docs/README.md is missing: it is the index of the pages');
  const linked = new Set([INDEX]);
  const [, ...sections] = index.text.split(/^## /m);
  const groups = sections.map((section) => {
    const items: SidebarItem[] = [];
    changeLinks(section, (target) => {
      const path = posix.normalize(target.split('#')[0]!);
      const text = titles.get(path);
      if (text !== undefined && !linked.has(path)) items.push({ text, link: linkOf(path) });
      linked.add(path);
      return target;
    });
    return { text: plainText(section.split('\n')[0]!), items };
  });
  const missing = [...titles.keys()].filter((path) => !linked.has(path));
  if (missing.length > 0) {
    throw new Error(
      missing.map((path) => `docs/${path}: docs/README.md does not link to this page`).join('\n'),
    );
  }
  return groups.filter(({ items }) => items.length > 0);
}

/** The entries for a folder of generated pages: its index, and its sub-folders in turn. */
export function sidebarOfFolder(text: string, folder: string, paths: readonly string[]): SidebarItem {
  const inside = paths
    .filter((path) => path.startsWith(`${folder}/`))
    .map((path) => path.slice(folder.length + 1));
  const folders = new Set(inside.filter((path) => path.includes('/')).map((path) => path.split('/')[0]!));
  const files = inside.filter((path) => !path.includes('/') && path !== INDEX);
  return {
    text,
    ...(inside.includes(INDEX) && { link: linkOf(`${folder}/${INDEX}`) }),
    collapsed: true,
    items: [
      ...[...folders].map((name) => sidebarOfFolder(name, `${folder}/${name}`, paths)),
      ...files.map((file) => ({ text: posix.basename(file, '.md'), link: linkOf(`${folder}/${file}`) })),
    ],
  };
}

function linkOf(path: string): string {
  return `/${path.replace(/(?:index)?\.md$/, '')}`;
}
