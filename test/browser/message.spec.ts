import { execFileSync } from 'node:child_process';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loads } from '../../lib/index.js';
import { TestingBroker } from '../../lib/testing/index.js';
import { BROKERS } from './support/brokers.js';
import { LivePage } from './support/live-page.js';
import { parcel, ParcelMoved } from './support/parcels.js';
import { PostOffice } from './support/post-office.js';

describe.each(BROKERS)('a message that is opened on %s', (_, urlOf) => {
  it('shows its summary, its long text, its headers and its body', async () => {
    const office = await PostOffice.open({ amqpUrl: urlOf() });
    const live = await LivePage.open(office.url);
    await office.publish(parcel({ contents: { colour: 'green' } }));
    const detail = await live.read('ann moved box');
    await detail.getByRole('heading', { name: 'ann moved box' }).waitFor();
    await detail.getByText('Its courier is ann.').waitFor();
    await detail.getByText('fedora_messaging_schema: ').waitFor();
    await detail.getByText('"green"').waitFor();
  });

  it('shows the failures of its validation, and marks their paths in the body', async () => {
    const office = await PostOffice.open({ amqpUrl: urlOf() });
    const live = await LivePage.open(office.url);
    const body = { parcel: 5, courier: 'ann', receivers: [], fate: 'process' };
    await office.sendRaw(JSON.stringify(body), { fedora_messaging_schema: 'post.parcel.moved.v1' });
    const detail = await live.read('invalid');
    await detail.getByRole('heading', { name: 'Does not conform to its schema' }).waitFor();
    await detail.getByText('/body/parcel', { exact: true }).waitFor();
    const marked = detail.locator('.json-wrong');
    expect(await marked.count()).toBe(1);
    expect(await marked.innerText()).toMatch(/^parcel: 5\s+.*must be a string/s);
  });

  it('shows why its handler failed, with the stack', async () => {
    const office = await PostOffice.open({ amqpUrl: urlOf() });
    const live = await LivePage.open(office.url);
    await office.publish(parcel({ fate: 'fail' }));
    await expect.poll(() => live.texts()).toEqual([expect.stringContaining('failed')]);
    const detail = await live.read('ann moved box');
    await detail.getByText('the van broke down').first().waitFor();
    await detail.getByText('Stack').click();
    await detail.getByText(/at .*post-office\.ts/).waitFor();
  });
});

describe('a message that is opened', () => {
  it('has its body as a tree that folds', async () => {
    const office = await PostOffice.open();
    const live = await LivePage.open(office.url);
    await office.publish(parcel({ contents: { colour: 'green' } }));
    const detail = await live.read('ann moved box');
    const value = detail.getByText('"green"');
    await value.waitFor();
    await detail.getByText('contents: ').click();
    await value.waitFor({ state: 'hidden' });
    await detail.getByText('contents: ').click();
    await value.waitFor();
  });

  it('links to its URL and to Datagrepper', async () => {
    const office = await PostOffice.open();
    const live = await LivePage.open(office.url);
    const message = parcel();
    await office.publish(message);
    const detail = await live.read('ann moved box');
    const url = detail.getByRole('link', { name: 'https://post.example/parcels/box' });
    expect(await url.getAttribute('href')).toBe('https://post.example/parcels/box');
    expect(await url.getAttribute('rel')).toContain('noopener');
    const archive = new URL((await detail.getByRole('link', { name: 'Datagrepper' }).getAttribute('href'))!);
    expect(archive.origin + archive.pathname).toBe('https://apps.fedoraproject.org/datagrepper/v2/id');
    expect(archive.searchParams.get('id')).toBe(message.id);
  });

  it('has an address: it is open when the page is loaded again', async () => {
    const office = await PostOffice.open();
    const live = await LivePage.open(office.url);
    await office.publish(parcel());
    await live.read('ann moved box');
    await live.page.reload();
    await live.detail.getByText('Its courier is ann.').waitFor();
    await live.expectRows('ann moved box');
  });

  it('is copied as a line of JSON that loads() reads', async () => {
    const office = await PostOffice.open();
    const live = await LivePage.open(office.url, '', { permissions: ['clipboard-read', 'clipboard-write'] });
    const message = parcel({ contents: { colour: 'green' } });
    await office.publish(message);
    await (await live.read('ann moved box')).getByRole('button', { name: 'Copy as JSON line' }).click();
    await live.notice('Copied').waitFor();
    const line = await live.clipboard();
    expect(line).not.toContain('\n');
    const [copied] = loads(line);
    expect(copied).toBeInstanceOf(ParcelMoved);
    expect(copied).toMatchObject({ id: message.id, body: message.body });
    expect(copied!.topic).toBe(`${office.prefix}.post.parcel.moved`);
  });

  it('is copied as a shell command that gets it from Datagrepper', async () => {
    const office = await PostOffice.open();
    const live = await LivePage.open(office.url, '', { permissions: ['clipboard-read', 'clipboard-write'] });
    const message = parcel();
    await office.publish(message);
    await (await live.read('ann moved box')).getByRole('button', { name: 'Copy as curl' }).click();
    await live.notice('Copied').waitFor();
    const script = `curl() { printf '%s\\n' "$@"; }\n${await live.clipboard()}`;
    const url = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).trim().split('\n').at(-1)!;
    expect(new URL(url).searchParams.get('id')).toBe(message.id);
  });

  it('is copied as a test case for TestingBroker that passes', async () => {
    const office = await PostOffice.open();
    const live = await LivePage.open(office.url, '', { permissions: ['clipboard-read', 'clipboard-write'] });
    await office.publish(parcel({ contents: { colour: 'green' } }));
    await (await live.read('ann moved box')).getByRole('button', { name: 'Copy as test case' }).click();
    await live.notice('Copied').waitFor();
    const text = await live.clipboard();

    const broker = new TestingBroker();
    onTestFinished(() => broker.close());
    const bodies: unknown[] = [];
    await PostOffice.open({
      amqpUrl: broker.amqpUrl,
      consumer: { bindings: [{ exchange: 'amq.topic', routingKeys: ['#'] }] },
      onMessage: ({ body }) => bodies.push(body),
    });
    // oxlint-disable-next-line typescript/no-implied-eval -- the text is JavaScript of the page under test
    const define = new Function('it', 'expect', 'broker', text) as (...parts: unknown[]) => void;
    let run: (() => Promise<void>) | undefined;
    define((_: string, body: () => Promise<void>) => (run = body), expect, broker);
    await run!();
    expect(bodies).toEqual([expect.objectContaining({ contents: { colour: 'green' } })]);
  });

  it('says so when the application does not keep it any more', async () => {
    const office = await PostOffice.open();
    const live = await LivePage.open(office.url, '#messages/77', { expectedFaults: /404/ });
    await live.detail.getByText(/does not keep message number 77/).waitFor();
    expect(live.faults).not.toEqual([]);
  });
});
