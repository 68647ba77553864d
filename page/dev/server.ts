/**
 * The live page with generated messages, for work on the page: `npm run page:dev -- 40` shows 40 messages a second.
 * It is built again when it is loaded.
 */
import { readFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Reference } from '../../lib/page/reference-protocol.js';
import { buildPage } from '../build.mjs';
import { FakeBus } from './fake-bus.js';
import { fakeDetail } from './fake-messages.js';

const [rate = '20', port = '0'] = process.argv.slice(2);
const FOLDER = join(import.meta.dirname, '../../.build/page-dev');
const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: https:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const bus = new FakeBus(Number(rate));
const clients = new Map<ServerResponse, URLSearchParams>();
let event = 0;

function send(response: ServerResponse, name: string, value: object): void {
  response.write(`id: ${(event += 1)}\nevent: ${name}\ndata: ${JSON.stringify(value)}\n\n`);
}

setInterval(() => {
  const next = bus.next();
  const parts = event % 4 === 0 ? bus.parts() : {};
  for (const [response, filters] of clients) {
    send(response, 'changes', { ...FakeBus.changes(next, filters), ...parts });
  }
}, 250);
setInterval(() => {
  for (const response of clients.keys()) {
    send(response, 'changes', { now: Date.now(), point: bus.point(Date.now(), 5) });
  }
}, 5_000);

const reference: Reference = {
  classes: [
    {
      name: 'UpdateRequestTesting',
      schema: 'bodhi.update.request.testing.v1',
      topic: 'bodhi.update.request.testing',
      severity: 'info',
      isDeprecated: false,
      bodySchema: { type: 'object', required: ['update'], properties: { update: { type: 'object' } } },
      example: { agent: 'bob', update: { alias: 'FEDORA-2026-1' } },
    },
  ],
  asyncapi: { asyncapi: '3.0.0', info: { title: 'fedora-watcher', version: '1.0.0' }, channels: {} },
};

function answer(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

const TYPES: Record<string, string> = {
  'index.html': 'text/html; charset=utf-8',
  'app.js': 'text/javascript; charset=utf-8',
  'app.css': 'text/css; charset=utf-8',
};

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url!, 'http://localhost');
  const [, api, kind, name] = pathname.split('/');
  if (api === 'api' && kind === 'events') {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    clients.set(response, searchParams);
    request.on('close', () => clients.delete(response));
    send(response, 'snapshot', bus.snapshot(searchParams));
  } else if (api === 'api' && kind === 'messages') {
    const record = bus.messages.find(({ seq }) => seq === Number(name));
    if (record) answer(response, fakeDetail(record));
    else answer(response, { error: 'The message is no longer kept.' }, 404);
  } else if (api === 'api' && kind === 'actions') {
    answer(response, { text: bus.act(name!) });
  } else if (pathname === '/api/reference') {
    answer(response, reference);
  } else {
    void sendFile(response, pathname === '/' ? 'index.html' : pathname.slice('/assets/'.length));
  }
});

async function sendFile(response: ServerResponse, name: string): Promise<void> {
  if (name === 'index.html') await buildPage(FOLDER);
  const type = TYPES[name];
  if (type === undefined) response.writeHead(404).end();
  else {
    const file = await readFile(join(FOLDER, name));
    response.writeHead(200, { 'content-type': type, 'content-security-policy': CSP }).end(file);
  }
}

server.listen(Number(port), '127.0.0.1', () => {
  const { port: bound } = server.address() as { port: number };
  console.log(`http://127.0.0.1:${bound}/`);
});
