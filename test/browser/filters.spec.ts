import { describe, expect, it } from 'vitest';
import { BROKERS } from './support/brokers.js';
import { type FilterLabel, LivePage } from './support/live-page.js';
import { CounterClosed, parcel, parcelOf } from './support/parcels.js';
import { PostOffice } from './support/post-office.js';

const MOVED = 'ann moved box';
const CLOSED = 'bob closed the counter';

/** Publishes a message that ann's box was moved, and a message that bob closed the counter, which is dropped. */
async function publishBoth(office: PostOffice): Promise<void> {
  const closed = { parcel: 'till', courier: 'bob', fate: 'drop' } as const;
  await office.publish(parcel({ parcel: 'box', courier: 'ann' }), new CounterClosed(parcelOf(closed)));
}

const CASES: [label: FilterLabel, name: string, value: string, found: string][] = [
  ['Topic', 'topic', '*.post.counter.*', CLOSED],
  ['Topic', 'topic', '#.moved', MOVED],
  ['Schema', 'schema', 'post.counter.closed.v1', CLOSED],
  ['Severity', 'severity', 'warning', CLOSED],
  ['User', 'user', 'ann', MOVED],
  ['Package', 'package', 'till', CLOSED],
  ['Outcome', 'outcome', 'dropped', CLOSED],
  ['Text in topic, schema, summary, names, ID or error', 'text', 'moved', MOVED],
];

describe.each(BROKERS)('the filters of the list on %s', (_, urlOf) => {
  it.each(CASES)(
    'show matching messages only, and are in the address: %s %s=%s',
    async (label, name, value, found) => {
      const office = await PostOffice.open({ amqpUrl: urlOf() });
      const live = await LivePage.open(office.url);
      await publishBoth(office);
      await live.expectRows(CLOSED, MOVED);
      await live.setFilter(label, value);
      await live.expectRows(found);
      expect(live.search).toEqual({ [name]: value });
      await publishBoth(office);
      await live.expectRows(found, found);
    },
  );
});

describe('the filters of the list', () => {
  it.each(CASES)('are read from the address: %s %s=%s', async (label, name, value, found) => {
    const office = await PostOffice.open();
    const live = await LivePage.open(office.url, `?${new URLSearchParams({ [name]: value })}`);
    expect(await live.filter(label).inputValue()).toBe(value);
    await publishBoth(office);
    await live.expectRows(found);
  });

  it('find a name with a comma that is chosen in a message', async () => {
    const office = await PostOffice.open();
    const live = await LivePage.open(office.url);
    await office.publish(parcel({ courier: 'doe, jane' }), parcel({ courier: 'ann' }));
    const detail = await live.read('doe, jane moved box');
    await detail.getByRole('button', { name: 'doe, jane', exact: true }).first().click();
    await live.expectRows('doe, jane moved box');
    expect(live.search).toEqual({ user: 'doe, jane' });
  });

  it('are combined', async () => {
    const office = await PostOffice.open();
    const live = await LivePage.open(office.url, '?user=bob');
    await publishBoth(office);
    await live.setFilter('Outcome', 'processed');
    await live.page.getByRole('heading', { name: 'No message matches the filters' }).waitFor();
    await office.publish(parcel({ courier: 'bob', parcel: 'letter' }));
    await live.expectRows('bob moved letter');
  });

  it('stay when the page is loaded again', async () => {
    const office = await PostOffice.open();
    const live = await LivePage.open(office.url);
    await publishBoth(office);
    await live.setFilter('User', 'ann');
    await live.expectRows(MOVED);
    await live.page.reload();
    await live.expectRows(MOVED);
    expect(await live.filter('User').inputValue()).toBe('ann');
  });

  it('are those of the address again after the Back button', async () => {
    const office = await PostOffice.open();
    const live = await LivePage.open(office.url, '?user=ann#messages');
    await publishBoth(office);
    await live.expectRows(MOVED);
    await live.show('Bus');
    await live.show('Messages');
    await live.setFilter('User', 'bob');
    await live.expectRows(CLOSED);
    await live.page.goBack();
    await live.page.goBack();
    await live.expectRows(MOVED);
    expect(live.search).toEqual({ user: 'ann' });
    expect(await live.filter('User').inputValue()).toBe('ann');
  });

  it('are cleared by one button', async () => {
    const office = await PostOffice.open();
    const live = await LivePage.open(office.url, '?user=ann&severity=info');
    await publishBoth(office);
    await live.expectRows(MOVED);
    await live.page.getByRole('button', { name: 'Clear' }).click();
    await live.expectRows(CLOSED, MOVED);
    expect(live.search).toEqual({});
  });
});

describe.each(BROKERS)('the tree of topics on %s', (_, urlOf) => {
  it('shows each topic with its count and its rate', async () => {
    const office = await PostOffice.open({ amqpUrl: urlOf() });
    const live = await LivePage.open(office.url);
    await publishBoth(office);
    await office.publish(parcel());
    const moved = live.topics.getByRole('button', { name: /^parcel\.moved/ });
    const closed = live.topics.getByRole('button', { name: /^counter\.closed/ });
    await expect.poll(() => moved.innerText()).toMatch(/^parcel\.moved\s+2\s+(<|\d)[\d.]*\/s$/);
    await expect.poll(() => closed.innerText()).toMatch(/^counter\.closed\s+1\s+(<|\d)[\d.]*\/s$/);
    const parent = live.topics.getByRole('button', { name: `${office.prefix}.post` });
    await expect.poll(() => parent.innerText()).toMatch(/post\s+3\s/);
  });

  it('filters by the topic that is clicked', async () => {
    const office = await PostOffice.open({ amqpUrl: urlOf() });
    const live = await LivePage.open(office.url);
    await publishBoth(office);
    const closed = live.topics.getByRole('button', { name: /^counter\.closed/ });
    await closed.click();
    await live.expectRows(CLOSED);
    expect(live.search).toEqual({ topic: `${office.prefix}.post.counter.closed` });
    await live.topics.getByRole('button', { name: `${office.prefix}.post` }).click();
    await live.expectRows(CLOSED, MOVED);
    expect(live.search).toEqual({ topic: `${office.prefix}.post.#` });
  });
});
