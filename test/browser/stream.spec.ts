import { describe, expect, it } from 'vitest';
import { BROKERS } from './support/brokers.js';
import { LivePage } from './support/live-page.js';
import { CounterClosed, type Fate, parcel, parcelOf } from './support/parcels.js';
import { PostOffice } from './support/post-office.js';

describe.each(BROKERS)('the list of messages on %s', (_, urlOf) => {
  it('shows the newest message first', async () => {
    const office = await PostOffice.open({ amqpUrl: urlOf() });
    const live = await LivePage.open(office.url);
    await office.publish(parcel({ parcel: 'box' }), parcel({ parcel: 'crate' }), parcel({ parcel: 'bag' }));
    await live.expectRows('ann moved bag', 'ann moved crate', 'ann moved box');
  });

  it('shows severity, application, summary, topic, user, duration and time of a message', async () => {
    const office = await PostOffice.open({ amqpUrl: urlOf() });
    const live = await LivePage.open(office.url);
    const before = new Date();
    await office.publish(new CounterClosed(parcelOf({ courier: 'bob' })));
    await live.expectRows('bob closed the counter');
    await expect.poll(() => live.rows.innerText()).toContain('processed');
    const text = await live.rows.innerText();
    expect(text).toContain('warning');
    expect(text).toContain('Post office');
    expect(text).toContain(`${office.prefix}.post.counter.closed`);
    expect(text).toContain('by bob');
    expect(text).toMatch(/\d ms/);
    const time = live.rows.getByRole('time');
    expect(await time.innerText()).toMatch(/^\d\d:\d\d:\d\d$/);
    const at = new Date((await time.getAttribute('datetime'))!);
    expect(at.getTime()).toBeGreaterThanOrEqual(before.getTime());
    expect(at.getTime()).toBeLessThanOrEqual(Date.now());
    expect(await live.rows.locator('img').getAttribute('src')).toBe('https://icons.example/post.png');
  });

  it.each<[Fate, string]>([
    ['process', 'processed'],
    ['drop', 'dropped'],
    ['give back', 'rejected'],
    ['fail', 'failed'],
    ['wait', 'in hand'],
  ])('shows what became of a message that the handler is to %s: %s', async (fate, outcome) => {
    const office = await PostOffice.open({ amqpUrl: urlOf() });
    const live = await LivePage.open(office.url);
    await office.publish(parcel({ fate }));
    await expect.poll(async () => (await live.texts()).at(-1)).toContain(outcome);
  });

  it('shows that a message is in hand, and later its outcome', async () => {
    const office = await PostOffice.open({ amqpUrl: urlOf() });
    const live = await LivePage.open(office.url);
    await office.publish(parcel({ fate: 'wait' }));
    await expect.poll(() => live.texts()).toEqual([expect.stringContaining('in hand')]);
    office.release();
    await expect.poll(() => live.texts()).toEqual([expect.stringContaining('processed')]);
  });

  it('shows a message that is not valid', async () => {
    const office = await PostOffice.open({ amqpUrl: urlOf() });
    const live = await LivePage.open(office.url);
    await office.sendRaw('no JSON');
    await expect.poll(() => live.texts()).toEqual([expect.stringContaining('invalid')]);
  });

  it('shows the sentence of a message first, and its JSON when it is opened', async () => {
    const office = await PostOffice.open({ amqpUrl: urlOf() });
    const live = await LivePage.open(office.url);
    await office.publish(parcel({ contents: { colour: 'green' } }));
    await live.expectRows('ann moved box');
    expect(await live.page.getByText('green').count()).toBe(0);
    const detail = await live.read('ann moved box');
    await detail.getByText('"green"').waitFor();
  });

  it('stands still while it is paused, and counts the messages that wait', async () => {
    const office = await PostOffice.open({ amqpUrl: urlOf() });
    const live = await LivePage.open(office.url);
    await office.publish(parcel({ parcel: 'box' }));
    await live.expectRows('box');
    await live.pauseButton.click();
    await office.publish(parcel({ parcel: 'crate' }), parcel({ parcel: 'bag' }));
    await expect.poll(() => live.pauseButton.innerText()).toMatch(/2 waiting/);
    await live.expectRows('box');
    await live.pauseButton.click();
    await live.expectRows('bag', 'crate', 'box');
  });

  it('says how many messages it left out when more come than it can show', async () => {
    const count = 1_500;
    const office = await PostOffice.open({ amqpUrl: urlOf() });
    const live = await LivePage.open(office.url);
    await Promise.all(
      Array.from({ length: count }, (_, n) => office.publish(parcel({ parcel: `box ${n}` }))),
    );
    const bar = live.page.getByRole('region', { name: 'Messages' });
    const numberBefore = async (text: RegExp): Promise<number> => {
      const words = text.exec((await bar.innerText()).replace(/,/g, ''));
      return Number(words?.[1] ?? 0);
    };
    await expect
      .poll(async () => (await numberBefore(/(\d+) messages/)) + (await numberBefore(/(\d+)\s+left out/)))
      .toBe(count);
    expect(await numberBefore(/(\d+)\s+left out/)).toBeGreaterThan(0);
  });
});

describe('the list of messages', () => {
  it('does not slow the consumer while its page stands still', async () => {
    const office = await PostOffice.open();
    const live = await LivePage.open(office.url);
    // A dialog stops everything in the page until it is answered.
    const dialog = live.page.waitForEvent('dialog');
    const shown = live.page.evaluate(() => alert('wait'));
    const opened = await dialog;
    await Promise.all(Array.from({ length: 1_000 }, () => office.publish(parcel())));
    await expect.poll(() => office.service.statistics.consumed.processed).toBe(1_000);
    await opened.accept();
    await shown;
    await expect.poll(() => live.rows.count()).toBeGreaterThan(0);
  });

  it('keeps the last 2,000 messages', async () => {
    const office = await PostOffice.open();
    const live = await LivePage.open(office.url, '', { expectedFaults: /404/ });
    const publish = (count: number): Promise<unknown> =>
      Promise.all(Array.from({ length: count }, () => office.publish(parcel())));
    await publish(2_000);
    await expect.poll(() => office.service.statistics.consumed.processed).toBe(2_000);
    await live.page.goto(`${office.url}#messages/1`);
    await live.detail.getByText(`${office.prefix}.post.parcel.moved`).first().waitFor();
    await publish(1);
    await expect.poll(() => office.service.statistics.consumed.processed).toBe(2_001);
    const status = await live.page.evaluate(async () => (await fetch('api/messages/1')).status);
    expect(status).toBe(404);
  });
});
