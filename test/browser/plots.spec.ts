import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { openTab, type TabOptions } from './support/browser-context.js';
import { historyOf, withHistory } from './support/history.js';
import { LivePage, PHONE } from './support/live-page.js';
import { parcel } from './support/parcels.js';
import { PostOffice } from './support/post-office.js';

const TITLES = [
  'Messages a second, by outcome',
  'Durations of handlers',
  'Messages in hand',
  'Publishes a second',
];

/** The plots of a quarter of an hour, and of a day. */
async function openPlots(options: TabOptions = {}): Promise<Locator> {
  const office = await PostOffice.open();
  const { page } = await openTab(options);
  await withHistory(page, { minutes: historyOf(180, 5), day: historyOf(288, 300) });
  await page.goto(`${office.url}#plots`);
  await page
    .getByRole('figure')
    .nth(TITLES.length - 1)
    .waitFor();
  return page.getByRole('figure');
}

/** How much darker or lighter than its background the darkest or lightest pixel of a canvas is, from 0 to 255. */
function contrastOf(plot: Locator): Promise<number> {
  return plot.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
    const pixels = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height).data;
    let background: Element = canvas;
    while (getComputedStyle(background).backgroundColor === 'rgba(0, 0, 0, 0)')
      background = background.parentElement!;
    const [red = 0, green = 0, blue = 0] = getComputedStyle(background)
      .backgroundColor.match(/[\d.]+/g)!
      .map(Number);
    let most = 0;
    for (let at = 0; at < pixels.length; at += 4) {
      if (pixels[at + 3]! < 200) continue;
      const difference = Math.abs(pixels[at]! + pixels[at + 1]! + pixels[at + 2]! - red - green - blue) / 3;
      most = Math.max(most, difference);
    }
    return most;
  });
}

describe('the plots', () => {
  it('show the rates by outcome, the durations, the messages in hand and the publishes of the application', async () => {
    const office = await PostOffice.open();
    const live = await LivePage.open(office.url, '#plots');
    const rows = live.page.getByRole('table', { name: TITLES[0]! }).getByRole('row');
    await expect
      .poll(async () => {
        await office.publish(parcel({ fate: 'drop' }));
        return (await rows.filter({ hasText: 'dropped' }).allInnerTexts()).join();
      })
      .toMatch(/dropped\s+.*[1-9]/s);
    for (const title of TITLES) await live.page.getByRole('img', { name: title }).waitFor();
    const durations = live.page.getByRole('table', { name: TITLES[1]! });
    expect(await durations.innerText()).toMatch(/p50\s+.*p95\s+.*p99\s+/s);
  });

  it('show the last 15 minutes, or the last day', async () => {
    const plots = await openPlots();
    const page = plots.page();
    const width = async (): Promise<string> =>
      (await plots.first().getByRole('img').getAttribute('aria-label'))!;
    const before = await width();
    expect(before).toContain('/s now');
    await page.getByRole('button', { name: 'A day' }).click();
    expect(await page.getByRole('button', { name: 'A day' }).getAttribute('aria-pressed')).toBe('true');
    await expect.poll(width).not.toBe(before);
  });

  it.each<[string, TabOptions]>([
    ['on a phone', PHONE],
    ['on a phone in the dark', { ...PHONE, colorScheme: 'dark' }],
    ['in the dark', { colorScheme: 'dark' }],
    ['in the light', { colorScheme: 'light' }],
  ])('are readable %s: they fit, and their lines stand out', async (_, options) => {
    const plots = await openPlots(options);
    const width = await plots.page().evaluate(() => innerWidth);
    for (const plot of await plots.all()) {
      const box = (await plot.boundingBox())!;
      expect(box.x).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width).toBeLessThanOrEqual(width);
      expect(await contrastOf(plot)).toBeGreaterThan(80);
    }
  });

  it('are readable when a dark page is printed: dark lines on white paper', async () => {
    const plots = await openPlots({ colorScheme: 'dark' });
    const page = plots.page();
    await page.emulateMedia({ media: 'print' });
    const paper = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await expect.poll(paper).toMatch(/rgb\(255, 255, 255\)|rgba\(0, 0, 0, 0\)/);
    await expect
      .poll(() =>
        plots
          .first()
          .locator('h3')
          .evaluate((title) => getComputedStyle(title).color),
      )
      .toMatch(/rgb\((\d|[1-7]\d), (\d|[1-7]\d), (\d|[1-7]\d)\)/);
    expect(await contrastOf(plots.first())).toBeGreaterThan(80);
    expect(await page.getByRole('navigation', { name: 'Views' }).isVisible()).toBe(false);
  });

  it('are readable without colour: each line has its own dashes, and its name', async () => {
    const plots = await openPlots();
    for (const plot of await plots.all()) {
      const rows = plot.getByRole('row').filter({ has: plot.page().locator('svg') });
      const dashes = await rows
        .locator('line')
        .evaluateAll((lines) => lines.map((line) => line.getAttribute('stroke-dasharray')));
      expect(new Set(dashes).size).toBe(dashes.length);
      const names = await rows.getByRole('rowheader').allInnerTexts();
      expect(new Set(names).size).toBe(names.length);
    }
  });

  it('show the figures of the point under the pointer', async () => {
    const plots = await openPlots();
    const plot = plots.first();
    const box = (await plot.locator('canvas').boundingBox())!;
    expect(await plot.getByRole('columnheader').nth(1).innerText()).toBe('now');
    await plots.page().mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await expect.poll(() => plot.getByRole('columnheader').nth(1).innerText()).toMatch(/^\d\d:\d\d:\d\d$/);
  });
});
