import { describe, expect, it } from 'vitest';
import { BROKERS } from './support/brokers.js';
import { LivePage } from './support/live-page.js';
import { PostOffice } from './support/post-office.js';
// The classes are registered when they are imported.
import './support/parcels.js';

describe.each(BROKERS)('the reference on %s', (_, urlOf) => {
  it('shows the schema, the topic and an example of each message class', async () => {
    const office = await PostOffice.open({ amqpUrl: urlOf() });
    const live = await LivePage.open(office.url);
    await live.show('Reference');
    const card = live.card('Message class ParcelMoved');
    await card.getByText('post.parcel.moved.v1', { exact: true }).waitFor();
    await card.getByText('post.parcel.moved', { exact: true }).waitFor();
    await card.getByText('Example', { exact: true }).click();
    const example = JSON.parse(await card.locator('pre').innerText()) as object;
    expect(example).toMatchObject({ parcel: expect.any(String), receivers: expect.any(Array) });
    await live.card('Message class CounterClosed').getByText('warning').waitFor();
  });

  it('shows the AsyncAPI document of the application', async () => {
    const office = await PostOffice.open({ amqpUrl: urlOf() });
    const live = await LivePage.open(office.url, '#reference', {
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const card = live.card('AsyncAPI document');
    await card.getByText('asyncapi: ').waitFor();
    await card.getByRole('button', { name: 'Copy as JSON' }).click();
    await live.notice('Copied').waitFor();
    const document = JSON.parse(await live.clipboard()) as { asyncapi: string; channels: object };
    expect(document.asyncapi).toMatch(/^3\./);
    expect(JSON.stringify(document.channels)).toContain(office.queue);
  });
});

describe('the reference', () => {
  it('saves the AsyncAPI document as a file', async () => {
    const office = await PostOffice.open();
    const live = await LivePage.open(office.url, '#reference');
    const download = live.page.waitForEvent('download');
    await live.card('AsyncAPI document').getByRole('button', { name: 'Save' }).click();
    expect((await download).suggestedFilename()).toBe('asyncapi.json');
  });
});
