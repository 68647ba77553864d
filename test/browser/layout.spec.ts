import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { TabOptions } from './support/browser-context.js';
import { LivePage, PHONE } from './support/live-page.js';
import { parcel } from './support/parcels.js';
import { PostOffice } from './support/post-office.js';

const LONG_NAME = 'a-name-without-an-end-'.repeat(10);
const SIZES: [string, TabOptions][] = [
  ['a desktop', { viewport: { width: 1280, height: 800 } }],
  ['a tablet', { viewport: { width: 1000, height: 800 } }],
  ['a phone', PHONE],
];

/** The elements whose contents are wider than they are, and can be scrolled or seen beyond the edge. */
function tooWide(live: LivePage): Promise<string[]> {
  return live.page.evaluate(() =>
    [...document.querySelectorAll('html, .scroller, .header, .row, .card, .card > *, .detail, .detail-body')]
      .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
      .map(({ tagName, className }) => `${tagName}.${className}`),
  );
}

function direction(element: Locator): Promise<string> {
  return element.evaluate((each) => getComputedStyle(each).direction);
}

describe('long names', () => {
  it.each(SIZES)('stay in their places on %s', async (_, size) => {
    const office = await PostOffice.open({
      page: { authorize: () => ({ name: LONG_NAME, actions: true }) },
      consumer: {
        queues: { [LONG_NAME]: { durable: false, autoDelete: false, exclusive: true, arguments: {} } },
      },
    });
    const live = await LivePage.open(office.url, '', size);
    const names = { parcel: LONG_NAME, courier: LONG_NAME, receivers: [LONG_NAME], link: 'about:blank' };
    await office.publish(parcel({ ...names, fate: 'fail' }));
    await live.row('failed').waitFor();
    for (const view of ['Messages', 'Bus', 'Reference'] as const) {
      await live.show(view);
      expect(await tooWide(live), view).toEqual([]);
    }
    await live.show('Messages');
    await live.read('failed');
    await live.detail.getByText('the van broke down').first().waitFor();
    expect(await tooWide(live), 'an opened message').toEqual([]);
  });
});

describe('a sentence from right to left', () => {
  it('begins at the right, in the list and in the opened message', async () => {
    const office = await PostOffice.open();
    const live = await LivePage.open(office.url);
    await office.publish(parcel({ courier: 'דוד', label: 'חבילה' }));
    await live.row('חבילה').waitFor();
    expect(await direction(live.row('חבילה').getByText('moved חבילה'))).toBe('rtl');
    const detail = await live.read('חבילה');
    expect(await direction(detail.getByRole('heading', { name: 'חבילה' }))).toBe('rtl');
    expect(await direction(detail.getByText('"חבילה"'))).toBe('rtl');
  });
});

describe('an opened message on a phone', () => {
  it('is all that the keyboard reaches, and its row has the focus after it is closed', async () => {
    const office = await PostOffice.open();
    const live = await LivePage.open(office.url, '', PHONE);
    await office.publish(parcel());
    await live.row('ann moved box').getByRole('link').focus();
    await live.page.keyboard.press('Enter');
    await live.detail.getByText('Its courier is ann.').waitFor();
    const outside = await live.page.evaluate(() => {
      const focusable = [...document.querySelectorAll<HTMLElement>('a, button, input, select, summary')];
      return focusable
        .filter(
          (element) => !element.closest('.detail') && element.checkVisibility({ visibilityProperty: true }),
        )
        .map(({ outerHTML }) => outerHTML);
    });
    expect(outside).toEqual([]);
    await live.page.keyboard.press('Escape');
    await live.detail.waitFor({ state: 'detached' });
    await expect
      .poll(() => live.page.evaluate(() => document.activeElement?.textContent))
      .toContain('ann moved box');
  });
});
