import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { LibraryLogger } from '../../../lib/logging/index.js';
import { type ServedPage, MonitoringServer } from '../../../lib/monitoring/monitoring-server.js';
import { captureLog } from '../../support/captured-log.js';

const STATISTICS = {
  consuming: false,
  published: 0,
  consumed: { received: 0, processed: 0, dropped: 0, rejected: 0, failed: 0 },
};

/** A page that answers every request with 204. */
const PAGE: ServedPage = {
  handle: async (_request, response) => void response.writeHead(204).end(),
};

/** A server with these metrics, and its port. */
async function serve(metrics: () => Promise<string>, page?: ServedPage): Promise<number> {
  const log = captureLog();
  const server = new MonitoringServer(
    { port: 0, address: '127.0.0.1' },
    { contentType: 'text/plain', metrics },
    new LibraryLogger(),
    page,
  );
  await server.start(() => STATISTICS);
  onTestFinished(() => server.stop());
  const [, port] = /127\.0\.0\.1:(\d+)/.exec(log.map(({ text }) => text).join('\n')) ?? [];
  return Number(port);
}

const scrape = async (port: number): Promise<[status: number, body: string]> => {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  return [response.status, await response.text()];
};

const request = (path: string): string => `GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`;

async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

it('scrapes during a collection share it; the next scrape starts its own', async () => {
  const collections: ((text: string) => void)[] = [];
  const port = await serve(() => new Promise((resolve) => collections.push(resolve)));
  const clients = await Promise.all(
    Array.from({ length: 5 }, async () => {
      const socket = await open(port);
      const client = { text: '' };
      socket.on('data', (chunk: Buffer) => (client.text += chunk.toString()));
      // Both are read at once, so the second has arrived when the first has its answer.
      socket.write(request('/live') + request('/metrics'));
      return client;
    }),
  );
  await expect.poll(() => clients.every(({ text }) => text.includes('OK'))).toBe(true);
  collections[0]!('first');
  await expect.poll(() => clients.every(({ text }) => text.endsWith('first'))).toBe(true);
  expect(collections).toHaveLength(1);

  const later = scrape(port);
  await expect.poll(() => collections.length).toBe(2);
  collections[1]!('second');
  expect(await later).toEqual([200, 'second']);
});

it('a failed collection is reported to all that share it, and is not kept', async () => {
  let isBroken = true;
  const port = await serve(() => (isBroken ? Promise.reject(new Error('broken')) : Promise.resolve('well')));
  expect(await Promise.all([scrape(port), scrape(port)])).toEqual([
    [500, 'Internal server error\n'],
    [500, 'Internal server error\n'],
  ]);
  isBroken = false;
  expect(await scrape(port)).toEqual([200, 'well']);
});

it('a client that sends its headers slowly is disconnected within 15 s', async () => {
  const port = await serve(() => Promise.resolve(''));
  const socket = await open(port);
  const began = performance.now();
  socket.write('GET /live HTTP/1.1\r\nhost: x\r\n');
  const trickle = setInterval(() => socket.write('x-a: b\r\n'), 200);
  onTestFinished(() => clearInterval(trickle));
  socket.resume();
  await once(socket, 'close');
  // Node itself would give it 60 s.
  expect(performance.now() - began).toBeLessThan(15_000);
});

it('headers that are too large are refused with 431', async () => {
  const port = await serve(() => Promise.resolve(''));
  const response = await fetch(`http://127.0.0.1:${port}/live`, { headers: { 'x-a': 'b'.repeat(9 * 1024) } });
  expect(response.status).toBe(431);
});

it('the server has at most 100 connections: another is closed without an answer, and served when there is room', async () => {
  const port = await serve(() => Promise.resolve('metrics'));
  const sockets = await Promise.all(Array.from({ length: 100 }, () => open(port)));
  await expect(scrape(port)).rejects.toThrow();
  sockets[0]!.destroy();
  await expect.poll(() => scrape(port).catch(() => undefined)).toEqual([200, 'metrics']);
});

it('a server with a page takes headers of 16 KiB, which browsers send with the cookies of a host', async () => {
  const port = await serve(() => Promise.resolve(''), PAGE);
  const visit = (bytes: number) =>
    fetch(`http://127.0.0.1:${port}/`, { headers: { cookie: 'b'.repeat(bytes) } });
  expect((await visit(15 * 1024)).status).toBe(204);
  expect((await visit(17 * 1024)).status).toBe(431);
});

it('a server with a page has at most 400 connections, so that open pages leave room for probes', async () => {
  const port = await serve(() => Promise.resolve('metrics'), PAGE);
  const sockets = await Promise.all(Array.from({ length: 399 }, () => open(port)));
  expect(await scrape(port)).toEqual([200, 'metrics']);
  sockets.push(await open(port), await open(port));
  await once(sockets.at(-1)!.resume(), 'close');
});
