/**
 * Takes the pictures of the live page in docs/images. `npm run screenshots -- 5` lets the application run for 5 minutes
 * first, so that the plots have something to show.
 */
import 'reflect-metadata';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { startChromium } from '../support/chromium.js';
import { FedoraApp } from './fedora-app.js';

/** From the folder of the package, in which npm runs scripts. */
const FOLDER = 'docs/images';
/** Longer than the last messages need for their outcomes. */
const LOOK_MS = 20_000;
const COLOURS: Record<string, string> = {
  anitya: '#7a5195',
  bodhi: '#3c6eb4',
  ci: '#a14f10',
  copr: '#51a2da',
  koji: '#2f7d4f',
  pagure: '#0a6e7c',
};

interface Picture {
  readonly name: string;
  readonly where: string;
  readonly options: BrowserContextOptions;
  /** Brings the page into the state that is shown. */
  readonly prepare: (page: Page) => Promise<void>;
}

const DESKTOP = { viewport: { width: 1280, height: 700 } };

const PICTURES: readonly Picture[] = [
  {
    name: 'live-page-light',
    where: '',
    options: { ...DESKTOP, colorScheme: 'light' },
    prepare: async (page) => {
      await page
        .getByRole('listitem')
        .filter({ hasText: 'to testing' })
        .filter({ hasText: 'processed' })
        .first()
        .getByRole('link')
        .click();
      await page
        .getByRole('article', { name: 'Message' })
        .getByRole('heading', { name: 'Headers' })
        .waitFor();
    },
  },
  {
    name: 'live-page-dark',
    where: '#plots',
    options: { ...DESKTOP, colorScheme: 'dark' },
    prepare: (page) => page.getByRole('figure').first().waitFor(),
  },
  {
    name: 'live-page-phone',
    where: '',
    options: {
      viewport: { width: 390, height: 780 },
      deviceScaleFactor: 1.5,
      isMobile: true,
      hasTouch: true,
    },
    prepare: (page) => page.getByRole('listitem').first().waitFor(),
  },
];

const minutes = Number(process.argv[2] ?? 15);
const app = await FedoraApp.start();
const server = await startChromium();
try {
  const browser = await chromium.connect(server.wsEndpoint());
  console.error(`The application runs for ${minutes} minutes before the pictures are taken.`);
  await delay(Math.max(0, minutes * 60_000 - LOOK_MS));
  mkdirSync(FOLDER, { recursive: true });
  const pages = await Promise.all(
    PICTURES.map(async (picture) => ({ picture, page: await open(browser, picture) })),
  );
  await delay(LOOK_MS);
  for (const { picture, page } of pages) {
    await page.bringToFront();
    await picture.prepare(page);
    await page.screenshot({ path: join(FOLDER, `${picture.name}.png`) });
  }
} finally {
  await server.close();
  await app.stop();
}

async function open(browser: Browser, { where, options }: Picture): Promise<Page> {
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'UTC', ...options });
  await context.route('https://icons.example/*', (route) => {
    const [name = ''] = new URL(route.request().url()).pathname.slice(1).split('.');
    return route.fulfill({ contentType: 'image/svg+xml', body: iconOf(name) });
  });
  const page = await context.newPage();
  await page.goto(`${app.pageUrl}${where}`);
  return page;
}

/** A letter in a circle. */
function iconOf(name: string): string {
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20"><circle cx="10" cy="10" r="10" fill="${COLOURS[name] ?? '#666'}"/>` +
    `<text x="10" y="14.4" font-family="sans-serif" font-size="12.5" font-weight="bold" text-anchor="middle" fill="#fff">${name.slice(0, 1)}</text></svg>`
  );
}
