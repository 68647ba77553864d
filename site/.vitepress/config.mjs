import { readFileSync } from 'node:fs';
import { createLogger } from 'vite';
import { defineConfig } from 'vitepress';
import { anchorOf } from '../markdown.ts';

/** What `site/build.ts` has written. */
const { title, description, base, forge, sidebar } = JSON.parse(
  readFileSync(new URL('../.build/settings.json', import.meta.url), 'utf8'),
);

/** A warning ends the build. */
const customLogger = createLogger();
for (const warn of ['warn', 'warnOnce']) {
  customLogger[warn] = (text) => {
    throw new Error(text);
  };
}

export default defineConfig({
  title,
  description,
  base,
  srcDir: '.build/pages',
  srcExclude: ['public/**'],
  outDir: 'dist',
  cacheDir: '.build/cache',
  cleanUrls: true,
  // Without it, browsers ask for a favicon.ico.
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  metaChunk: true,
  vite: {
    customLogger,
    // The index of the search is a chunk, and is loaded at the first search.
    build: { chunkSizeWarningLimit: 4_000 },
  },
  markdown: { anchor: { slugify: anchorOf } },
  themeConfig: {
    sidebar,
    outline: [2, 3],
    search: { provider: 'local' },
    socialLinks: [{ icon: 'github', link: forge }],
    externalLinkIcon: true,
  },
});
