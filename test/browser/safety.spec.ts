import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ConfigurationException, type PageOptions } from '../../lib/index.js';
import { addUser, amqpUrl, unique } from '../support/shared-rabbitmq.js';
import { BROKERS } from './support/brokers.js';
import { openTab, type Tab } from './support/browser-context.js';
import { LivePage } from './support/live-page.js';
import { parcel } from './support/parcels.js';
import { CONSUMER, PostOffice } from './support/post-office.js';

/** Whoever sends a request may act, as when a proxy in front of the page knows the operators. */
const OPERATOR: PageOptions = { authorize: () => ({ name: 'olga', actions: true }) };

const EVERYTHING = { configure: '.*', write: '.*', read: '.*' };
/** URLs of brokers with a secret, which contains `swordfish`. */
const SECRET_URLS: readonly (readonly [name: string, urlOf: () => Promise<string>])[] = [
  ['RabbitMQ', async () => amqpUrl(await addUser(EVERYTHING, unique('swordfish')))],
  ['memory://', async () => `memory://ann:swordfish@${crypto.randomUUID()}`],
];

/** A page of another site, which Chromium reaches under the name `evil.test`. */
async function openEvilPage(tab: Tab): Promise<void> {
  const server = createServer((_, response) => {
    response
      .writeHead(200, { 'content-type': 'text/html' })
      .end('<link rel="icon" href="data:,"><h1>Evil</h1>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  await tab.page.goto(`http://evil.test:${(server.address() as AddressInfo).port}/`);
}

describe('the live page', () => {
  it('listens on loopback only, unless it is told otherwise', async () => {
    const office = await PostOffice.open();
    expect(new URL(office.url).hostname).toBe('127.0.0.1');
    expect(office.log.map(({ text }) => text)).toContainEqual(
      expect.stringContaining('listens on 127.0.0.1:'),
    );
  });

  it('does not start on another address without authorize or insecure', async () => {
    await expect(PostOffice.open({ settings: { monitoring: { address: '0.0.0.0' } } })).rejects.toThrow(
      ConfigurationException,
    );
  });

  it.each<[string, PageOptions]>([
    ['authorize', { authorize: () => true }],
    ['insecure: true', { insecure: true }],
  ])('starts on another address with %s', async (_, page) => {
    const office = await PostOffice.open({ page, settings: { monitoring: { address: '0.0.0.0' } } });
    const { port } = new URL(office.url);
    await LivePage.open(`http://127.0.0.1:${port}/`);
  });

  it('shows nothing to somebody whom authorize does not let in', async () => {
    const office = await PostOffice.open({ page: { authorize: () => false } });
    const { page } = await openTab({ expectedFaults: /403/ });
    const response = await page.goto(office.url);
    expect(response!.status()).toBe(403);
    expect(await page.locator('body').innerText()).not.toContain(CONSUMER);
  });

  it('cannot be read under a host name that was bound to its address', async () => {
    const office = await PostOffice.open();
    const { page } = await openTab({ expectedFaults: /403/ });
    const { port } = new URL(office.url);
    const response = await page.goto(`http://rebound.test:${port}/`);
    expect(response!.status()).toBe(403);
  });

  it('is reached under a host name of its options', async () => {
    const office = await PostOffice.open({ page: { hosts: ['bus.test'] } });
    const { port } = new URL(office.url);
    await LivePage.open(`http://bus.test:${port}/`);
  });

  it('cannot be read by a page of another site', async () => {
    const office = await PostOffice.open();
    const tab = await openTab({ expectedFaults: /403|CORS|ERR_FAILED/ });
    await openEvilPage(tab);
    const read = await tab.page.evaluate(
      (url) =>
        fetch(url).then(
          (response) => response.text(),
          () => 'blocked',
        ),
      `${office.url}api/reference`,
    );
    expect(read).toBe('blocked');
  });

  it('cannot be shown in a frame of another site', async () => {
    const office = await PostOffice.open();
    const tab = await openTab({ expectedFaults: /403|frame|ERR_BLOCKED/ });
    await openEvilPage(tab);
    await tab.page.evaluate(async (url) => {
      const frame = document.createElement('iframe');
      frame.src = url;
      const loaded = new Promise((resolve) => frame.addEventListener('load', resolve));
      document.body.append(frame);
      await loaded;
    }, office.url);
    const [, frame, ...others] = tab.page.frames();
    expect(others).toEqual([]);
    // The address of the page that Chromium shows in place of another.
    await expect.poll(() => frame!.url()).toBe('chrome-error://chromewebdata/');
  });

  it.each<[string, (page: string) => Promise<unknown>]>([
    [
      'a form',
      (url) => {
        const form = document.createElement('form');
        form.method = 'post';
        form.action = url;
        form.enctype = 'text/plain';
        document.body.append(form);
        form.submit();
        return new Promise((resolve) => addEventListener('pagehide', resolve));
      },
    ],
    ['fetch', (url) => fetch(url, { method: 'POST', mode: 'no-cors', credentials: 'include', body: '{}' })],
  ])(
    'does not act for a page of another site that uses %s with the rights of the operator',
    async (_, send) => {
      const office = await PostOffice.open({ page: OPERATOR });
      const tab = await openTab({ expectedFaults: /403|ERR_/ });
      await openEvilPage(tab);
      const answered = tab.page.waitForResponse((response) => response.url().includes('/api/actions/pause'));
      await tab.page.evaluate(send, `${office.url}api/actions/pause`).catch(() => undefined);
      const response = await answered;
      expect(response.status()).toBe(403);
      // Chromium keeps the sentence to itself, so the request is sent again with its origin.
      const { origin = '' } = await response.request().allHeaders();
      const again = await fetch(response.url(), { method: 'POST', headers: { origin } });
      expect(await again.text()).toContain('Requests of other origins are not allowed');
      const [consumer] = office.service.consumers;
      expect(consumer!.isPaused).toBe(false);
    },
  );

  it('a page without messages loads nothing from other hosts, and runs no inline script', async () => {
    const office = await PostOffice.open();
    const { page } = await openTab({ expectedFaults: /Content Security Policy/ });
    const hosts = new Set<string>();
    page.on('request', (request) => hosts.add(new URL(request.url()).host));
    const response = await page.goto(office.url);
    await page.getByText('Live', { exact: true }).waitFor();
    expect([...hosts]).toEqual([new URL(office.url).host]);
    expect(response!.headers()['content-security-policy']).toContain("default-src 'none'");
    const hasRun = await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'window.hasRun = true';
      document.body.append(script);
      return 'hasRun' in window;
    });
    expect(hasRun).toBe(false);
  });

  it.each(SECRET_URLS)('shows no secret of the configuration on %s', async (_, urlOf) => {
    const office = await PostOffice.open({
      amqpUrl: await urlOf(),
      settings: { clientProperties: { note: 'swordfish' } },
    });
    const live = await LivePage.open(office.url);
    await office.publish(parcel());
    await live.expectRows('ann moved box');
    const texts = await live.page.evaluate(async () => {
      const reference = await (await fetch('api/reference')).text();
      const reader = (await fetch('api/events')).body!.getReader();
      const { value } = await reader.read();
      await reader.cancel();
      return [reference, new TextDecoder().decode(value)];
    });
    expect(texts[1]).toContain('snapshot');
    for (const view of ['Messages', 'Bus', 'Reference'] as const) {
      await live.show(view);
      texts.push(await live.page.content());
    }
    expect(texts.join()).not.toContain('swordfish');
  });
});

describe.each(BROKERS)('the live page on %s', (_, urlOf) => {
  it('hides what the redaction hook hides, and says so', async () => {
    const office = await PostOffice.open({
      amqpUrl: urlOf(),
      page: {
        redact: ({ headers, body }) => ({ headers, body: { ...(body as object), courier: 'hidden' } }),
      },
    });
    const live = await LivePage.open(office.url);
    await office.publish(parcel());
    const detail = await live.read(`${office.prefix}.post.parcel.moved`);
    await detail.getByText('"hidden"').waitFor();
    await detail.getByText('The application hides parts of this message.').waitFor();
    expect(await detail.getByText('courier is ann').count()).toBe(0);
  });

  it('shows neither headers nor body when the redaction hook fails', async () => {
    const office = await PostOffice.open({
      amqpUrl: urlOf(),
      page: {
        redact: () => {
          throw new Error('no idea');
        },
      },
    });
    const live = await LivePage.open(office.url);
    await office.publish(parcel({ contents: { secret: 'swordfish' } }));
    const detail = await live.read(`${office.prefix}.post.parcel.moved`);
    await expect.poll(() => detail.getByText('Hidden; the application').count()).toBe(2);
    expect(await live.page.locator('body').innerText()).not.toContain('swordfish');
  });
});
