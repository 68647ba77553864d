import { describe, expect, it } from 'vitest';
import type { PageOptions } from '../../lib/index.js';
import { BROKERS } from './support/brokers.js';
import { LivePage } from './support/live-page.js';
import { parcel } from './support/parcels.js';
import { CONSUMER, PostOffice } from './support/post-office.js';

const OPERATOR: PageOptions = { authorize: () => ({ name: 'olga', actions: true }) };
const READER: PageOptions = { authorize: () => ({ name: 'rita' }) };
const ACTIONS = /^(Pause the consumer|Resume the consumer|Hand to the handler again|Publish the example)/;

describe.each(BROKERS)('an operator of an application on %s', (_, urlOf) => {
  it('pauses and resumes a consumer, and the log names the operator', async () => {
    let handled = 0;
    let witnessed = 0;
    const office = await PostOffice.open({ amqpUrl: urlOf(), page: OPERATOR, onMessage: () => handled++ });
    // Another consumer gets each message, too: it shows that the messages have reached the queues.
    await office.service.consume(() => void witnessed++, {
      bindings: [{ exchange: 'amq.topic', routingKeys: [`${office.prefix}.#`] }],
    });
    const live = await LivePage.open(office.url, '#bus');
    await live.page.getByRole('button', { name: `Pause the consumer ${CONSUMER}` }).click();
    await live.card(`Consumer ${CONSUMER}`).getByText('paused').waitFor();
    for (let count = 1; count <= 20; count++) {
      await office.publish(parcel());
      await expect.poll(() => witnessed).toBe(count);
    }
    expect(handled).toBe(0);
    await live.page.getByRole('button', { name: `Resume the consumer ${CONSUMER}` }).click();
    await live.card(`Consumer ${CONSUMER}`).getByText('consuming').waitFor();
    await expect.poll(() => handled).toBe(20);
    const texts = office.log.map(({ text }) => text).filter((text) => text.includes('olga'));
    expect(texts).toEqual([expect.stringMatching(/pause/i), expect.stringMatching(/resume/i)]);
  });

  it('hands a failed message to its handler again, and the log names the operator', async () => {
    let isBroken = true;
    const office = await PostOffice.open({
      amqpUrl: urlOf(),
      page: OPERATOR,
      onMessage: () => {
        if (isBroken) throw new Error('the van broke down');
      },
    });
    const live = await LivePage.open(office.url);
    await office.publish(parcel());
    await expect.poll(() => live.texts()).toEqual([expect.stringContaining('failed')]);
    isBroken = false;
    const detail = await live.read('failed');
    await detail.getByRole('button', { name: 'Hand to the handler again' }).click();
    await live.notice(/processed/).waitFor();
    await live.page.keyboard.press('Escape');
    // The focus is on the row again, so that the list does not move away under it.
    await live.page.getByRole('button', { name: /Go on/ }).click();
    await expect
      .poll(() => live.texts())
      .toEqual([
        expect.stringMatching(/processed[^]*handed again|handed again[^]*processed/),
        expect.stringContaining('failed'),
      ]);
    expect(office.log.map(({ text }) => text)).toContainEqual(expect.stringContaining('olga'));
  });

  it('publishes the example of a message class, and the log names the operator', async () => {
    const office = await PostOffice.open({ amqpUrl: urlOf(), page: OPERATOR });
    const live = await LivePage.open(office.url, '#reference');
    const card = live.card('Message class ParcelMoved');
    await card.getByRole('button', { name: 'Publish the example' }).click();
    await live.notice(/publish/i).waitFor();
    await live.show('Messages');
    await live.row('moved').waitFor();
    expect(office.log.map(({ text }) => text)).toContainEqual(expect.stringContaining('olga'));
  });
});

describe('the actions', () => {
  it.each<[string, PageOptions | true]>([
    ['nobody is asked who looks', true],
    ['authorize does not allow them', READER],
  ])('are not offered when %s', async (_, page) => {
    const office = await PostOffice.open({ page });
    const live = await LivePage.open(office.url, '#bus');
    await office.publish(parcel({ fate: 'fail' }));
    await live.card(`Consumer ${CONSUMER}`).getByText('the van broke down').first().waitFor();
    const buttons = live.page.getByRole('button', { name: ACTIONS });
    expect(await buttons.count()).toBe(0);
    await live.show('Reference');
    await live.card('Message class ParcelMoved').waitFor();
    expect(await buttons.count()).toBe(0);
    await live.show('Messages');
    await (await live.read('failed')).getByRole('button', { name: 'Copy as JSON line' }).waitFor();
    expect(await buttons.count()).toBe(0);
  });

  it.each<[string, PageOptions]>([
    ['a visitor who has no permission', READER],
    ['a visitor with permission whose token is guessed', OPERATOR],
  ])('are refused to %s', async (_, options) => {
    const office = await PostOffice.open({ page: options });
    const live = await LivePage.open(office.url, '', { expectedFaults: /403/ });
    const body = { bus: 'default', consumer: CONSUMER, queue: office.queue };
    const status = await live.page.evaluate(async (consumer) => {
      const headers = { 'content-type': 'application/json', 'x-fedora-messaging-token': 'guessed' };
      const request = { method: 'POST', headers, body: JSON.stringify(consumer) };
      return (await fetch('api/actions/pause', request)).status;
    }, body);
    expect(status).toBe(403);
    await live.show('Bus');
    await live.card(`Consumer ${CONSUMER}`).getByText('consuming').waitFor();
  });

  it('show the name of the visitor whom authorize knows', async () => {
    const office = await PostOffice.open({ page: OPERATOR });
    const live = await LivePage.open(office.url);
    await live.page.getByRole('banner').getByText('olga').waitFor();
  });
});
