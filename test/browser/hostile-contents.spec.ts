import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { LivePage } from './support/live-page.js';
import { parcel } from './support/parcels.js';
import { PostOffice } from './support/post-office.js';

const MARKUP = `<img src="x" onerror="window.isHacked = true"><script>window.isHacked = true</script>`;

async function isHacked(live: LivePage): Promise<boolean> {
  return live.page.evaluate(() => 'isHacked' in window);
}

describe('the live page with hostile messages', () => {
  it('shows markup as text, in each part of a message', async () => {
    const office = await PostOffice.open();
    const live = await LivePage.open(office.url);
    await office.publish(
      parcel({ parcel: MARKUP, courier: MARKUP, receivers: [MARKUP], contents: { [MARKUP]: MARKUP } }),
    );
    await live.row(`moved ${MARKUP}`).waitFor();
    const detail = await live.read(`moved ${MARKUP}`);
    await detail.getByText(`${MARKUP}: `).first().waitFor();
    expect(await live.page.locator('img[src="x"]').count()).toBe(0);
    expect(await live.page.locator('body script').count()).toBe(0);
    expect(await isHacked(live)).toBe(false);
  });

  it('shows markup in the headers, the topic and the schema as text', async () => {
    const office = await PostOffice.open();
    const live = await LivePage.open(office.url);
    await office.sendRaw('{}', { fedora_messaging_schema: MARKUP, [MARKUP]: MARKUP });
    const detail = await live.read('post.raw');
    await detail.getByText(`${MARKUP}: `).waitFor();
    expect(await live.page.locator('img[src="x"]').count()).toBe(0);
    expect(await isHacked(live)).toBe(false);
  });

  it.each([
    'javascript:window.isHacked=true',
    ' JaVaScRiPt:window.isHacked=true',
    'java\tscript:window.isHacked=true',
    'data:text/html,<script>window.isHacked=true</script>',
    'vbscript:x',
    'file:///etc/passwd',
    '//evil.example/',
    '#reference',
    'api/reference',
  ])('makes no link of %j', async (link) => {
    const office = await PostOffice.open();
    const live = await LivePage.open(office.url);
    await office.publish(parcel({ link, contents: { link } }));
    const detail = await live.read('ann moved box');
    await detail.getByText('link: ').last().waitFor();
    const addresses = await detail
      .getByRole('link')
      .evaluateAll((links) => links.map((each) => (each as HTMLAnchorElement).href));
    expect(addresses).toEqual([expect.stringMatching(/^https:\/\/apps\.fedoraproject\.org\/datagrepper/)]);
  });

  it.each([
    'javascript:window.isHacked=true',
    'http://icons.example/a.png',
    'data:image/svg+xml,<svg/>',
    'not a URL',
  ])('loads no icon from %j, and shows a letter instead', async (icon) => {
    const office = await PostOffice.open();
    const live = await LivePage.open(office.url);
    await office.publish(parcel({ icon }));
    await live.row('ann moved box').waitFor();
    expect(await live.rows.locator('img').count()).toBe(0);
  });

  it('stays usable with a text of 100 KB in each part of a message', async () => {
    const office = await PostOffice.open();
    const live = await LivePage.open(office.url);
    const long = 'x'.repeat(100_000);
    await office.publish(parcel({ courier: long.slice(0, 200), label: long, contents: { [long]: long } }));
    await live.row('moved xxx').waitFor();
    const rowHeight = (await live.rows.first().boundingBox())!.height;
    expect(rowHeight).toBeLessThan(100);
    const rightOf = async (part: Locator): Promise<number> => {
      const { x, width } = (await part.boundingBox())!;
      return x + width;
    };
    const time = live.rows.getByRole('time');
    expect(await rightOf(live.rows.getByText(/^by xxx/))).toBeLessThan((await time.boundingBox())!.x);
    expect(await rightOf(time)).toBeLessThanOrEqual(await rightOf(live.rows));
    const detail = await live.read('moved xxx');
    await detail.getByText('99000 more characters').first().waitFor();
    const widths = await live.page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    expect(widths[0]).toBeLessThanOrEqual(widths[1]!);
  });

  it('shows a body that is nested 500 levels deep', async () => {
    const office = await PostOffice.open();
    const live = await LivePage.open(office.url);
    await office.sendRaw(`${'{"a":'.repeat(500)}1${'}'.repeat(500)}`);
    const detail = await live.read('post.raw');
    await detail.getByText('a: ').first().waitFor();
  });

  it('shows names that JavaScript treats specially', async () => {
    const office = await PostOffice.open();
    const live = await LivePage.open(office.url);
    await office.sendRaw('{"__proto__": {"polluted": 1}, "constructor": 2, "toString": 3}');
    const detail = await live.read('post.raw');
    await detail.getByText('__proto__: ').waitFor();
    await detail.getByText('constructor: ').waitFor();
    expect(await live.page.evaluate(() => 'polluted' in {})).toBe(false);
  });

  it('shows control characters and text from right to left without disorder', async () => {
    const office = await PostOffice.open();
    const live = await LivePage.open(office.url);
    await office.publish(parcel({ label: '\u202Egnp.exe\u0000\u0007' }));
    await live.row('ann moved').waitFor();
    // The direction ends with the sentence: what follows it in the row keeps its order.
    const direction = await live.row('ann moved').evaluate((row) => {
      const summary = [...row.querySelectorAll('*')].findLast(({ textContent }) =>
        textContent.startsWith('ann moved'),
      )!;
      return getComputedStyle(summary).unicodeBidi;
    });
    expect(direction).toBe('isolate');
  });
});
