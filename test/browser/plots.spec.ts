import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { BROKERS } from './support/brokers.js';
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

/** The number of lines in all plots. */
const LINES = 11;

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

interface Line {
  readonly name: string;
  /** As the legend has it. */
  readonly color: string;
  readonly dashes: string;
  /** Whether there are pixels of its colour between the axes of the plot. */
  readonly isDrawn: boolean;
}

function linesOf(plot: Locator): Promise<Line[]> {
  return plot.evaluate((figure) => {
    const canvas = figure.querySelector('canvas')!;
    const whole = canvas.getBoundingClientRect();
    const part = figure.querySelector('.u-over')!.getBoundingClientRect();
    const scale = canvas.width / whole.width;
    const { data } = canvas
      .getContext('2d')!
      .getImageData(
        Math.round((part.x - whole.x) * scale),
        Math.round((part.y - whole.y) * scale),
        Math.round(part.width * scale),
        Math.round(part.height * scale),
      );
    const isDrawn = (color: readonly number[]): boolean => {
      for (let at = 0; at < data.length; at += 4) {
        // The edges of lines are transparent, and their colours are rounded.
        if (data[at + 3]! > 150 && color.every((value, n) => Math.abs(value - data[at + n]!) <= 2))
          return true;
      }
      return false;
    };
    return [...figure.querySelectorAll('tbody tr')].map((row) => {
      const line = row.querySelector('line')!;
      const color = getComputedStyle(line).stroke;
      return {
        name: row.querySelector('th')!.innerText.trim(),
        color,
        dashes: line.getAttribute('stroke-dasharray')!,
        isDrawn: isDrawn(color.match(/\d+/g)!.map(Number)),
      };
    });
  });
}

/** The lines of all plots. */
async function allLinesOf(plots: Locator): Promise<Line[][]> {
  return Promise.all((await plots.all()).map(linesOf));
}

const colorsOf = (lines: Line[][]): string[] => lines.flat().map(({ color }) => color);
const notDrawn = (lines: Line[][]): string[] =>
  lines
    .flat()
    .filter(({ isDrawn }) => !isDrawn)
    .map(({ name }) => name);

describe.each(BROKERS)('the plots on %s', (_, urlOf) => {
  it('show the rates by outcome, the durations, the messages in hand and the publishes of the application', async () => {
    const office = await PostOffice.open({ amqpUrl: urlOf() });
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
});

describe('the plots', () => {
  it('show the last 15 minutes, or the last day', async () => {
    const plots = await openPlots();
    const page = plots.page();
    const sentence = async (): Promise<string> =>
      (await plots.first().getByRole('img').getAttribute('aria-label'))!;
    const before = await sentence();
    expect(before).toContain('/s now');
    await page.getByRole('button', { name: 'A day' }).click();
    expect(await page.getByRole('button', { name: 'A day' }).getAttribute('aria-pressed')).toBe('true');
    await expect.poll(sentence).not.toBe(before);
  });

  it.each<[string, TabOptions]>([
    ['on a phone', PHONE],
    ['on a phone in the dark', { ...PHONE, colorScheme: 'dark' }],
    ['in the dark', { colorScheme: 'dark' }],
    ['in the light', { colorScheme: 'light' }],
  ])('are readable %s: they fit, and each line is drawn in its colour', async (_, options) => {
    const plots = await openPlots(options);
    const width = await plots.page().evaluate(() => innerWidth);
    for (const plot of await plots.all()) {
      const box = (await plot.boundingBox())!;
      expect(box.x).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width).toBeLessThanOrEqual(width);
    }
    const lines = await allLinesOf(plots);
    expect(lines.flat()).toHaveLength(LINES);
    expect(notDrawn(lines)).toEqual([]);
  });

  it('are readable when a dark page is printed: dark lines on white paper', async () => {
    const light = colorsOf(await allLinesOf(await openPlots({ colorScheme: 'light' })));
    const plots = await openPlots({ colorScheme: 'dark' });
    const page = plots.page();
    expect(colorsOf(await allLinesOf(plots))).not.toEqual(light);
    await page.emulateMedia({ media: 'print' });
    const paper = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await expect.poll(paper).toMatch(/rgb\(255, 255, 255\)|rgba\(0, 0, 0, 0\)/);
    await expect.poll(async () => notDrawn(await allLinesOf(plots))).toEqual([]);
    expect(colorsOf(await allLinesOf(plots))).toEqual(light);
    expect(await page.getByRole('navigation', { name: 'Views' }).isVisible()).toBe(false);
  });

  it('are readable without colour: each line has its own dashes, and its name', async () => {
    const plots = await openPlots();
    const lines = await allLinesOf(plots);
    expect(lines.flat()).toHaveLength(LINES);
    for (const ofPlot of lines) {
      expect(new Set(ofPlot.map(({ dashes }) => dashes)).size).toBe(ofPlot.length);
      expect(new Set(ofPlot.map(({ name }) => name)).size).toBe(ofPlot.length);
    }
  });

  it.each([
    ['forward', '2026-03-29T08:00:00Z'],
    ['back', '2026-10-25T08:00:00Z'],
  ])('have whole hours on the axis of a day in which the clock goes %s', async (_, end) => {
    const office = await PostOffice.open();
    const { page } = await openTab({ timezoneId: 'Europe/Berlin' });
    await page.addInitScript(() => {
      const texts: string[] = [];
      Object.assign(window, { drawnTexts: texts });
      const draw = CanvasRenderingContext2D.prototype.fillText;
      CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
        texts.push(text);
        draw.call(this, text, ...place);
      };
    });
    const late = Date.parse(end) - Date.now();
    const day = historyOf(288, 300).map((point) => ({ ...point, at: point.at + late }));
    await withHistory(page, { minutes: historyOf(180, 5), day });
    await page.goto(`${office.url}#plots`);
    await page.getByRole('figure').first().waitFor();
    await page.evaluate(() => (window as unknown as { drawnTexts: string[] }).drawnTexts.splice(0));
    await page.getByRole('button', { name: 'A day' }).click();
    const times = (): Promise<string[]> =>
      page.evaluate(() =>
        (window as unknown as { drawnTexts: string[] }).drawnTexts.filter((text) => /^\d\d:\d\d$/.test(text)),
      );
    await expect.poll(async () => (await times()).length).toBeGreaterThan(3);
    expect((await times()).filter((time) => !time.endsWith(':00'))).toEqual([]);
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
