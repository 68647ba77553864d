import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  ConfigurationException,
  FedoraMessagingModule,
  FedoraMessagingService,
  Message,
  MessageSchema,
  type PageOptions,
  resolveSettings,
} from '../../../lib/index.js';
import { PageFeed } from '../../../lib/page/index.js';
import type { MessageRecord } from '../../../lib/page/protocol.js';
import { startApp } from '../../support/application.js';
import { memoryUrl } from '../../support/memory-url.js';
import { startMonitoredApp } from '../../support/monitored-app.js';
import { act, ask, PageClient, startPagedApp } from '../../support/page-client.js';

@MessageSchema('page.safety.order', { topic: 'bakery.order' })
class Order extends Message<{ bread: string; card?: { number: string } }> {
  override get summary(): string {
    return `${this.body.bread} paid with ${this.body.card!.number}`;
  }

  override get usernames(): readonly string[] {
    return [this.body.card!.number];
  }

  override get url(): string {
    return `javascript:alert(${this.body.card!.number})`;
  }
}

const startPage = (page: boolean | PageOptions = true, address?: string) =>
  startPagedApp({
    options: {
      amqpUrl: memoryUrl(),
      monitoring: { port: 0, page, ...(address !== undefined && { address }) },
    },
  });

/** The status of a request for the list of a page's streams, and the reason if it is refused. */
async function visit(url: string, headers: Record<string, string>, method = 'GET') {
  const { status, text } = await ask(`${url}/api/messages/1`, { method, headers });
  return { status, error: (JSON.parse(text) as { error: string }).error };
}

const NOT_FOUND = { status: 404, error: expect.stringContaining('does not keep message number') };

describe('the address of the page', () => {
  it('is loopback only, unless the settings say another', async () => {
    const { url } = await startPage();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  it.each(['', '0.0.0.0', '::', '192.0.2.1', 'bakery.example'])(
    'may not be %j without authorize and insecure: the application does not start',
    async (address) => {
      const started = startApp({
        options: { amqpUrl: memoryUrl(), monitoring: { port: 0, page: true, address } },
      });
      await expect(started).rejects.toThrow(ConfigurationException);
      await expect(started).rejects.toThrow(/'monitoring.page' on .* would show messages to everybody/);
    },
  );

  it.each([
    ['insecure', { insecure: true }],
    ['authorize', { authorize: () => true }],
  ] as const)('may be all interfaces with %s', async (_option, page) => {
    const { url } = await startPage(page, '0.0.0.0');
    expect(url).toMatch(/^http:\/\/0\.0\.0\.0:\d+$/);
    expect(await visit(url, {})).toEqual(NOT_FOUND);
  });

  it.each([
    [true, '127.0.0.1'],
    [false, ''],
  ])('is the default when it is undefined (page: %j)', (page, address) => {
    const { monitoring } = resolveSettings({ monitoring: { port: 0, page, address: undefined } });
    expect(monitoring.address).toBe(address);
  });

  it.each(['localhost', '127.0.0.1', '127.1.2.3'])('may be %s, which is loopback', async (address) => {
    const { url } = await startPage(true, address);
    expect(url).toMatch(/^http:\/\/(127\.|\[::1\])/);
  });

  it('is not there when the page is off, but the other paths of monitoring are', async () => {
    const { url } = await startMonitoredApp({
      options: { amqpUrl: memoryUrl(), monitoring: { port: 0, page: false } },
    });
    expect((await ask(`${url}/`)).status).toBe(404);
    expect((await ask(`${url}/api/events`)).status).toBe(404);
    expect((await ask(`${url}/live`)).status).toBe(200);
  });

  it('has the paths of monitoring, too', async () => {
    const { url } = await startPage();
    expect((await ask(`${url}/live`)).text).toBe('{"status": "OK"}\n');
    expect((await ask(`${url}/ready/`)).status).toBe(200);
  });
});

describe('the options of the page', () => {
  const start = (page: unknown) =>
    startApp({ options: { amqpUrl: memoryUrl(), monitoring: { port: 0, page: page as PageOptions } } });

  it.each([
    [{ authorise: true }, "unknown key 'monitoring.page.authorise' (did you mean 'authorize'?)"],
    [{ authorize: true }, "'monitoring.page.authorize' must be a function, but is a boolean"],
    [{ redact: {} }, "'monitoring.page.redact' must be a function, but is a object"],
    ['yes', "'monitoring.page' must be"],
    [{ hosts: 'bakery.example' }, "'monitoring.page.hosts' must be"],
  ])('%j is refused with the reason', async (page, reason) => {
    await expect(start(page)).rejects.toThrow(reason);
  });

  it('need a port', () => {
    const monitoring = { page: true } as never;
    expect(() => FedoraMessagingModule.forRoot({ monitoring })).not.toThrow();
    return expect(startApp({ options: { amqpUrl: memoryUrl(), monitoring } })).rejects.toThrow(
      "'monitoring' lacks 'port'",
    );
  });
});

describe('the host name of a request', () => {
  it.each(['localhost', 'LOCALHOST:80', '127.0.0.1:1', '[::1]:8080', 'localhost.'])(
    'may be %s on loopback',
    async (host) => {
      const { url } = await startPage();
      expect(await visit(url, { host })).toEqual(NOT_FOUND);
    },
  );

  it.each(['attacker.example', '127.0.0.1.attacker.example', 'localhost.attacker.example', '192.0.2.1'])(
    'may not be %j on loopback, because a name can be bound to any address',
    async (host) => {
      const { url } = await startPage();
      expect(await visit(url, { host })).toEqual({
        status: 403,
        error: expect.stringContaining('host name is not allowed'),
      });
    },
  );

  it('may not be missing', async () => {
    const { url } = await startPage();
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.end('GET /api/messages/1 HTTP/1.0\r\n\r\n');
    let answer = '';
    for await (const chunk of socket.setEncoding('utf8')) answer += chunk as string;
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
  });

  it('may be an IP address with insecure, but no name', async () => {
    const { url } = await startPage({ insecure: true }, '0.0.0.0');
    expect(await visit(url, { host: '192.0.2.1:8000' })).toEqual(NOT_FOUND);
    expect((await visit(url, { host: 'attacker.example' })).status).toBe(403);
  });

  it('may be any with authorize behind a proxy, unless hosts are listed', async () => {
    const any = await startPage({ authorize: () => true });
    const proxied = { host: 'bakery.example', 'x-forwarded-for': '192.0.2.1' };
    expect(await visit(any.url, proxied)).toEqual(NOT_FOUND);
    const listed = await startPage({ authorize: () => true, hosts: ['Bakery.example'] });
    expect(await visit(listed.url, { host: 'bakery.example:8000' })).toEqual(NOT_FOUND);
    expect((await visit(listed.url, { host: 'attacker.example' })).status).toBe(403);
  });

  it('may be only known names for a browser on this machine, with authorize, too', async () => {
    const { url } = await startPage({ authorize: () => ({ name: 'somebody', actions: true }) });
    expect((await visit(url, { host: 'rebound.example' })).status).toBe(403);
    expect(await visit(url, { host: '192.0.2.1' })).toEqual(NOT_FOUND);
  });
});

describe('a request of another page in the same browser', () => {
  it.each([
    [{ origin: 'https://attacker.example' }, 'other origins'],
    [{ origin: 'null' }, 'other origins'],
    [{ origin: 'http://127.0.0.1:1' }, 'other origins'],
    [{ 'sec-fetch-site': 'cross-site' }, 'other sites'],
    [{ 'sec-fetch-site': 'same-site' }, 'other sites'],
    [{ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }, 'other sites'],
  ])('with %j is refused', async (headers, reason) => {
    const { url } = await startPage();
    expect(await visit(url, headers as Record<string, string>)).toEqual({
      status: 403,
      error: expect.stringContaining(reason),
    });
  });

  it('is refused for the stream, too', async () => {
    const { url } = await startPage();
    const { status } = await ask(`${url}/api/events`, { headers: { origin: 'https://attacker.example' } });
    expect(status).toBe(403);
  });

  it('may be a link to the page itself', async () => {
    const { url } = await startPage();
    const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect((await ask(`${url}/`, { headers })).status).not.toBe(403);
  });

  it('is told apart from requests of the page itself', async () => {
    const { url } = await startPage({ hosts: ['bakery.example'] });
    expect(await visit(url, { origin: url, 'sec-fetch-site': 'same-origin' })).toEqual(NOT_FOUND);
    // A proxy replaces the host name.
    expect(await visit(url, { origin: 'https://bakery.example' })).toEqual(NOT_FOUND);
  });
});

it.each(['PUT', 'DELETE', 'OPTIONS', 'PATCH'])('the method %s is refused', async (method) => {
  const { url } = await startPage();
  const { status, headers } = await ask(`${url}/`, { method });
  expect([status, headers['allow']]).toEqual([405, 'GET, HEAD, POST']);
});

it('every answer has a content security policy without inline scripts, and is not sniffed, framed or stored', async () => {
  const { url } = await startPage();
  const stream = await PageClient.open(url);
  for (const headers of [
    (await ask(`${url}/`)).headers,
    (await ask(`${url}/api/messages/1`)).headers,
    (await ask(`${url}/`, { method: 'PUT' })).headers,
    stream.response.headers,
  ]) {
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['referrer-policy']).toBe('no-referrer');
  }
  expect(stream.response.headers['cache-control']).toBe('no-store, no-transform');
});

describe('authorize', () => {
  const authorize: PageOptions['authorize'] = ({ headers }) => {
    if (headers['x-user'] === 'broken') throw new Error('no directory');
    if (headers['x-user'] === 'boss') return Promise.resolve({ name: 'boss', actions: true });
    return headers['x-user'] === undefined ? false : { name: String(headers['x-user']) };
  };

  it('is asked for each request; without its consent the answer is 403', async () => {
    const { url, log } = await startPage({ authorize });
    for (const path of ['/', '/api/events', '/api/messages/1', '/assets/app.js']) {
      expect((await ask(`${url}${path}`)).status).toBe(403);
    }
    expect((await visit(url, { 'x-user': 'broken' })).status).toBe(403);
    expect(log.map(({ text }) => text)).toContainEqual(
      expect.stringContaining("'authorize' of the live page failed, so the request is refused: no directory"),
    );
  });

  it('is asked again while a client looks, and its refusal ends the stream', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    let isWelcome = true;
    const { url } = await startPage({ authorize: () => isWelcome });
    const client = await PageClient.open(url);
    await client.snapshot();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(client.response.readableEnded).toBe(false);
    isWelcome = false;
    const closed = once(client.response, 'close');
    await vi.advanceTimersByTimeAsync(60_000);
    await closed;
  });

  it.each([undefined, null, 'yes', 1])('that answers %j allows nothing', async (answer) => {
    const { url } = await startPage({ authorize: () => answer as never });
    expect((await visit(url, {})).status).toBe(403);
  });

  it('names the visitor, and only those who may act have a token', async () => {
    const { url } = await startPage({ authorize });
    const baker = await PageClient.open(url, '', { 'x-user': 'baker' });
    expect((await baker.snapshot()).visitor).toEqual({ name: 'baker', actions: false });
    const boss = await PageClient.open(url, '', { 'x-user': 'boss' });
    expect((await boss.snapshot()).visitor).toEqual({
      name: 'boss',
      actions: true,
      token: expect.stringMatching(/^[\w-]{43}$/),
    });
  });

  it('that is missing lets everybody look, and nobody act', async () => {
    const { url } = await startPage();
    const client = await PageClient.open(url);
    expect((await client.snapshot()).visitor).toEqual({ actions: false });
    const headers = { 'content-type': 'application/json' };
    const { status } = await ask(`${url}/api/actions/pause`, { method: 'POST', headers, body: '{}' });
    expect(status).toBe(403);
  });
});

describe('what a message shows', () => {
  const pay = { bread: 'rye', card: { number: '4111-1111' } };

  async function shownWith(page: true | PageOptions) {
    const paged = await startPage(page);
    const service = paged.app.get(FedoraMessagingService);
    await service.consume(() => undefined);
    const client = await PageClient.open(paged.url);
    await client.snapshot();
    for (let count = 0; count < 2; count++) {
      await service.publish(new Order({ body: structuredClone(pay), headers: { secret: '4111-1111' } }));
    }
    const records: MessageRecord[] = [];
    await client.until(({ content }) => records.push(...(content.messages ?? [])) === 2);
    const record = records[0]!;
    return { ...paged, client, record, detail: await paged.detail(record.seq) };
  }

  it('is what redact returns, also in the summary, the names and the text', async () => {
    const { client, record, detail, log } = await shownWith({
      redact: ({ topic, schema, headers, body }) => {
        expect([topic, schema]).toEqual(['bakery.order', 'page.safety.order']);
        delete headers['secret'];
        delete headers['fedora_messaging_user_4111-1111'];
        (body as typeof pay).card.number = '****';
        return { headers, body };
      },
    });
    expect(record).toMatchObject({ summary: 'rye paid with ****', users: ['****'] });
    expect(detail).toMatchObject({ isRedacted: true, body: { bread: 'rye', card: { number: '****' } } });
    expect(JSON.stringify(detail) + client.text + JSON.stringify(log)).not.toContain('4111-1111');
  });

  it('is the topic alone when the message class needs what redact removes', async () => {
    const { client, record, detail } = await shownWith({ redact: () => ({ headers: {}, body: {} }) });
    expect(record).toMatchObject({ summary: 'bakery.order', users: [] });
    expect(detail).toMatchObject({ isRedacted: true, headers: {}, body: {} });
    expect(JSON.stringify(detail) + client.text).not.toContain('4111-1111');
  });

  it.each([
    [
      'throws',
      (): never => {
        throw new Error('no rule');
      },
    ],
    ['returns nothing', () => undefined as never],
    ['returns a promise', () => Promise.resolve({}) as never],
  ])('is no headers and no body when redact %s; one warning says so', async (_what, redact) => {
    const { client, record, detail, log } = await shownWith({ redact });
    expect(record).toMatchObject({ summary: 'bakery.order', users: [], packages: [] });
    expect(detail).not.toHaveProperty('headers');
    expect(detail).not.toHaveProperty('body');
    expect(detail.isRedacted).toBe(true);
    expect(JSON.stringify(detail) + client.text).not.toContain('4111-1111');
    expect(log.filter(({ text }) => text.includes("'redact' of the live page failed"))).toHaveLength(1);
  });

  it('is a copy to redact: the message itself does not change', async () => {
    const { app, detail, record } = await shownWith({
      redact: ({ headers, body }) => {
        (body as typeof pay).card.number = '****';
        return { headers, body };
      },
    });
    expect(detail.body).toEqual({ bread: 'rye', card: { number: '****' } });
    const { ring } = app.get(PageFeed, { strict: false }).collected;
    expect(ring.get(record.seq)!.init.context!.message.body).toEqual(pay);
  });

  it('is everything without redact', async () => {
    const { detail } = await shownWith(true);
    expect(detail).toMatchObject({ isRedacted: false, body: pay, headers: { secret: '4111-1111' } });
  });

  it('has no addresses but those of http and https', async () => {
    const { record } = await shownWith(true);
    expect(record).not.toHaveProperty('url');
  });
});

it('nothing secret of the configuration is in any answer', async () => {
  const { app, url } = await startPagedApp({
    options: {
      amqpUrl: 'amqp://baker:sourdough@127.0.0.1:1/?connection_attempts=1',
      clientProperties: { app: 'Bakery', key: 'sourdough' },
      consumerConfig: { password: 'sourdough' },
    },
  });
  const service = app.get(FedoraMessagingService);
  const client = await PageClient.open(url);
  await service.publish(new Message(), { timeout: 50 }).catch(() => undefined);
  await service.consume(() => undefined).catch(() => undefined);
  await client.until(({ content }) => Object.keys(content.publishing?.[0]?.failed ?? {}).length > 0);
  expect((await client.snapshot()).application).toBe('Bakery');
  const answers = [client.text, (await ask(`${url}/`)).text, (await ask(`${url}/api/reference`)).text];
  for (const answer of answers) expect(answer).not.toContain('sourdough');
});

describe('the actions of a page', () => {
  it('are only for the buses that the page shows', async () => {
    const authorize = () => ({ name: 'ann', actions: true });
    const { url } = await startPagedApp({
      options: { amqpUrl: memoryUrl(), monitoring: { port: 0, page: { authorize } } },
      imports: [FedoraMessagingModule.forRoot({ bus: 'hidden', amqpUrl: memoryUrl() })],
    });
    const order = { schema: 'page.safety.order', body: { bread: 'rye', card: { number: '1' } } };
    const { status, text } = await act(url, 'publish', { bus: 'hidden', ...order });
    expect([status, JSON.parse(text)]).toEqual([
      404,
      { error: 'There is no bus "hidden"; the buses are default' },
    ]);
    expect((await act(url, 'publish', { bus: 'default', ...order })).status).toBe(200);
  });

  it('write no error into the log when the client leaves before the end of its request', async () => {
    const authorize = () => ({ name: 'ann', actions: true });
    const { url, log } = await startPagedApp({
      options: { amqpUrl: memoryUrl(), monitoring: { port: 0, page: { authorize } } },
    });
    const page = await PageClient.open(url);
    const { token } = (await page.snapshot()).visitor;
    const { host, port, hostname } = new URL(url);
    const client = connect(Number(port), hostname);
    client.write(
      `POST /api/actions/pause HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: 9\r\nexpect: 100-continue\r\nx-fedora-messaging-token: ${token}\r\n\r\n{`,
    );
    // The server asks for the body when it has read the headers.
    await once(client, 'data');
    client.destroy();
    await once(client, 'close');
    expect((await act(url, 'pause', {})).status).toBe(400);
    expect(log.filter(({ level }) => level === 'error' || level === 'warn')).toEqual([]);
  });
});
