import { describe, expect, it } from 'vitest';
import { accessibilityViolations } from './support/accessibility.js';
import type { TabOptions } from './support/browser-context.js';
import { historyOf, withHistory } from './support/history.js';
import { LivePage, PHONE } from './support/live-page.js';
import { parcel } from './support/parcels.js';
import { CONSUMER, PostOffice } from './support/post-office.js';

const OPERATOR = { authorize: () => ({ name: 'olga', actions: true }) };
const SIZES: [string, TabOptions][] = [
  ['a desktop', { viewport: { width: 1280, height: 800 } }],
  ['a phone', PHONE],
];
const COLOURS = ['light', 'dark'] as const;

/** Shows the plots of a quarter of an hour. */
async function showPlots(live: LivePage): Promise<void> {
  await withHistory(live.page, { minutes: historyOf(180, 5), day: [] });
  await live.page.reload();
  await live.show('Plots');
  await live.page.getByRole('figure').nth(3).waitFor();
}

/** The views, and what is there when a view is complete. */
const VIEWS: [string, (live: LivePage) => Promise<void>][] = [
  ['the list of messages', (live) => live.row('failed').waitFor()],
  [
    'an opened message',
    async (live) => {
      const detail = await live.read('invalid');
      await detail.getByRole('heading', { name: 'Headers' }).waitFor();
    },
  ],
  [
    'the bus',
    async (live) => {
      await live.show('Bus');
      await live.card(`Consumer ${CONSUMER}`).getByText('Last error').waitFor();
    },
  ],
  [
    'the plots',
    async (live) => {
      await showPlots(live);
    },
  ],
  [
    'the reference',
    async (live) => {
      await live.show('Reference');
      const card = live.card('Message class ParcelMoved');
      await card.getByText('Example', { exact: true }).click();
      await card.getByText('Schema of the body').click();
    },
  ],
];

describe.each(SIZES)('on %s', (_, size) => {
  describe.each(COLOURS)('in %s colours', (colorScheme) => {
    it.each(VIEWS)('axe finds nothing wrong with %s', async (_, show) => {
      const office = await PostOffice.open({ page: OPERATOR });
      const live = await LivePage.open(office.url, '', { ...size, colorScheme });
      await office.publish(
        parcel(),
        parcel({ fate: 'drop' }),
        parcel({ fate: 'wait' }),
        parcel({ fate: 'fail' }),
      );
      await office.sendRaw(JSON.stringify({ parcel: 5 }), {
        fedora_messaging_schema: 'post.parcel.moved.v1',
      });
      office.release();
      await live.row('invalid').waitFor();
      await show(live);
      expect(await accessibilityViolations(live.page)).toEqual([]);
    });

    it('axe finds nothing wrong with an empty page', async () => {
      const office = await PostOffice.open({ page: OPERATOR });
      const live = await LivePage.open(office.url, '', { ...size, colorScheme });
      await live.page.getByRole('heading', { name: 'Waiting for messages' }).waitFor();
      expect(await accessibilityViolations(live.page)).toEqual([]);
    });

    it('nothing is wider than the screen', async () => {
      const office = await PostOffice.open({ page: OPERATOR });
      const live = await LivePage.open(office.url, '', { ...size, colorScheme });
      await office.publish(parcel({ fate: 'fail', parcel: 'a-parcel-with-a-long-name'.repeat(8) }));
      await live.row('failed').waitFor();
      for (const view of ['Messages', 'Bus', 'Plots', 'Reference'] as const) {
        if (view === 'Plots') await showPlots(live);
        else await live.show(view);
        const tooWide = await live.page.evaluate(() =>
          [document.documentElement, document.querySelector('main')!]
            .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
            .map(({ tagName }) => tagName),
        );
        expect(tooWide, view).toEqual([]);
      }
    });
  });
});

describe('a person who uses the keyboard', () => {
  it('goes to older and newer messages with j and k', async () => {
    const office = await PostOffice.open();
    const live = await LivePage.open(office.url);
    await office.publish(parcel({ parcel: 'box' }), parcel({ parcel: 'crate' }));
    await live.expectRows('crate', 'box');
    await live.page.keyboard.press('j');
    await live.detail.getByRole('heading', { name: 'ann moved crate' }).waitFor();
    await live.page.keyboard.press('j');
    await live.detail.getByRole('heading', { name: 'ann moved box' }).waitFor();
    await live.page.keyboard.press('k');
    await live.detail.getByRole('heading', { name: 'ann moved crate' }).waitFor();
  });

  it('searches with /', async () => {
    const office = await PostOffice.open();
    const live = await LivePage.open(office.url);
    await office.publish(parcel({ parcel: 'box' }), parcel({ parcel: 'crate' }));
    await live.expectRows('crate', 'box');
    await live.page.keyboard.press('/');
    await live.page.keyboard.type('box');
    await live.expectRows('box');
    expect(live.search).toEqual({ text: 'box' });
  });

  it('pauses and goes on with space', async () => {
    const office = await PostOffice.open();
    const live = await LivePage.open(office.url);
    await live.page.keyboard.press('Space');
    await live.page.getByRole('button', { name: /Go on/ }).waitFor();
    await live.page.keyboard.press('Space');
    await live.page.getByRole('button', { name: 'Pause' }).waitFor();
  });

  it('types j, k and spaces into a filter', async () => {
    const office = await PostOffice.open();
    const live = await LivePage.open(office.url);
    await live.filter('Text in topic, schema, summary, names, ID or error').focus();
    await live.page.keyboard.type('j k /');
    expect(await live.filter('Text in topic, schema, summary, names, ID or error').inputValue()).toBe(
      'j k /',
    );
  });

  it('opens a message with Enter, and comes back to its row with Escape', async () => {
    const office = await PostOffice.open();
    const live = await LivePage.open(office.url);
    await office.publish(parcel({ parcel: 'box' }), parcel({ parcel: 'crate' }));
    await live.expectRows('crate', 'box');
    await live.row('box').getByRole('link').focus();
    await live.page.keyboard.press('Enter');
    await live.detail.getByRole('heading', { name: 'ann moved box' }).waitFor();
    await live.page.keyboard.press('Escape');
    await live.detail.waitFor({ state: 'detached' });
    await expect
      .poll(() => live.page.evaluate(() => document.activeElement?.textContent))
      .toContain('moved box');
  });

  it.each(['j', 'Enter'])(
    'is in the message that was opened with %s: Tab leads to its controls',
    async (key) => {
      const office = await PostOffice.open();
      const live = await LivePage.open(office.url);
      await office.publish(parcel({ parcel: 'box' }), parcel({ parcel: 'crate' }));
      await live.expectRows('crate', 'box');
      if (key === 'Enter') await live.row('crate').getByRole('link').focus();
      await live.page.keyboard.press(key);
      await live.detail.getByText('The parcel crate was moved.').waitFor();
      await live.page.keyboard.press('Tab');
      const focused = await live.page.evaluate(() => document.activeElement?.closest('article')?.ariaLabel);
      expect(focused).toBe('Message');
    },
  );

  it('sees which part has the focus, and reaches every control', async () => {
    const office = await PostOffice.open({ page: OPERATOR });
    const live = await LivePage.open(office.url, '?user=ann');
    await office.publish(parcel());
    await live.expectRows('ann moved box');
    // The topics come later than the messages, and the keyboard must not be past them.
    await live.topics.getByRole('button', { name: /moved/ }).waitFor();
    const focused = (): Promise<{ text: string; isSeen: boolean } | undefined> =>
      live.page.evaluate(() => {
        const element = document.activeElement as HTMLElement;
        if (element === document.body) return undefined;
        element.dataset['reached'] = '';
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
        const isSeen = (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none';
        return { text: element.outerHTML, isSeen };
      });
    let reached = 0;
    for (;;) {
      await live.page.keyboard.press('Tab');
      const element = await focused();
      if (!element) break;
      expect(element).toMatchObject({ isSeen: true });
      expect((reached += 1)).toBeLessThan(200);
    }
    const [controls, missed] = await live.page.evaluate(() => {
      const all = [
        ...document.querySelectorAll<HTMLElement>('a[href], button, input, select, summary, [tabindex="0"]'),
      ].filter((element) => element.checkVisibility() && !element.matches(':disabled'));
      return [all.length, all.filter(({ dataset }) => !('reached' in dataset)).map((each) => each.outerHTML)];
    });
    expect(missed).toEqual([]);
    expect(controls).toBeGreaterThan(15);
  });
});

describe('a person who wants less motion', () => {
  it('sees no animation and no transition', async () => {
    const office = await PostOffice.open();
    const live = await LivePage.open(office.url, '', { reducedMotion: 'reduce' });
    await office.publish(parcel({ fate: 'wait' }));
    await live.row('in hand').waitFor();
    const moving = await live.page.evaluate(() => {
      const lasts = (durations: string): boolean =>
        durations.split(',').some((each) => parseFloat(each) > 0.001);
      return [...document.querySelectorAll('*')]
        .filter((element) => {
          const { animationName, animationDuration, transitionDuration } = getComputedStyle(element);
          return (animationName !== 'none' && lasts(animationDuration)) || lasts(transitionDuration);
        })
        .map(({ outerHTML }) => outerHTML);
    });
    expect(moving).toEqual([]);
  });
});

describe('the times', () => {
  it('are in the zone of the viewer, and exact on hover', async () => {
    const office = await PostOffice.open();
    const live = await LivePage.open(office.url, '', { timezoneId: 'Asia/Tokyo' });
    await office.publish(parcel());
    await live.expectRows('ann moved box');
    const time = live.rows.getByRole('time');
    const exact = (await time.getAttribute('title'))!;
    expect(exact).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const there = new Date(exact).toLocaleTimeString('en-GB', { timeZone: 'Asia/Tokyo' });
    expect(await time.innerText()).toBe(there);
  });
});

describe('an empty page', () => {
  it('says what to do to see a message', async () => {
    const office = await PostOffice.open();
    const live = await LivePage.open(office.url);
    const stream = live.page.getByRole('region', { name: 'Messages' });
    await stream.getByRole('heading', { name: 'Waiting for messages' }).waitFor();
    expect(await stream.innerText()).toContain('fedora-messaging publish');
    expect(await stream.innerText()).toContain(office.queue);
  });
});
