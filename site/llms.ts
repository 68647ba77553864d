import type { Page } from './pages.js';
import type { SidebarItem } from './sidebar.js';
import { plainText, withoutCode } from './markdown.js';

/**
 * The text of llms.txt: what the package is, and a link to the Markdown of each page, with the first sentence of the page.
 *
 * See https://llmstxt.org/.
 *
 * @param base the path of the site on its server, with a slash at its end
 */
export function llmsText(
  title: string,
  description: string,
  base: string,
  sidebar: readonly SidebarItem[],
  pages: readonly Page[],
): string {
  const sections = sidebar.map(({ text, items = [] }) => {
    const entries = items.map(({ text: name, link }) => {
      const path = `${link!.slice(1)}.md`;
      const about = firstSentence(pages.find((page) => page.path === path)?.text ?? '');
      return `- [${name}](${base}${path})${about === '' ? '' : `: ${about}`}`;
    });
    return `## ${text}\n\n${entries.join('\n')}\n`;
  });
  return [`# ${title}\n`, `> ${description}\n`, ...sections].join('\n');
}

/** The text of llms-full.txt: all pages, one after another. */
export function llmsFullText(pages: readonly Page[]): string {
  return pages.map(({ text }) => text.trim()).join('\n\n---\n\n') + '\n';
}

/** The first sentence of the first paragraph of a page; empty when it has none. */
function firstSentence(text: string): string {
  const isParagraph = (part: string): boolean => part !== '' && !/^(?:[|#<!]|- )/.test(part);
  const paragraph = withoutCode(text)
    .split(/\n\s*\n/)
    .map((part) => part.trim())
    .find(isParagraph);
  if (paragraph === undefined) return '';
  const [sentence = ''] = /^.*?[.:](?=\s|$)/.exec(plainText(paragraph.replaceAll('\n', ' '))) ?? [];
  return sentence.replace(/:$/, '.');
}
