import { expect, it } from 'vitest';
import { Message, MessageSchema } from '../../../lib/index.js';
import { memoryUrl } from '../../support/memory-url.js';
import { act, ask, PageClient, startPagedApp } from '../../support/page-client.js';

@MessageSchema('page.limits.order', {
  topic: 'bakery.order',
  bodySchema: {
    type: 'object',
    required: ['bread'],
    properties: { bread: { type: 'string' }, count: { type: 'integer' } },
  },
})
class Order extends Message {}

const operator = { authorize: () => ({ name: 'ann', actions: true }) };
const startPage = () =>
  startPagedApp({ options: { amqpUrl: memoryUrl(), monitoring: { port: 0, page: operator } } });

it('50 clients look at a page at the same time; the next is refused with status 503 until a client leaves', async () => {
  const { url } = await startPage();
  const clients = await Promise.all(Array.from({ length: 50 }, () => PageClient.open(url)));
  await Promise.all(clients.map((client) => client.snapshot()));
  const { status, headers, text } = await ask(`${url}/api/events`);
  expect([status, headers['retry-after'], JSON.parse(text)]).toEqual([
    503,
    '60',
    { error: '50 clients look already' },
  ]);
  await clients[0]!.leave();
  await expect
    .poll(async () => {
      const next = await PageClient.open(url);
      return next.response.statusCode;
    })
    .toBe(200);
});

it('a body that the message class refuses is not published: status 400, with all failures of the validation', async () => {
  const { url } = await startPage();
  const { name } = Order;
  const body = { count: 'two' };
  const { status, text } = await act(url, 'publish', { bus: 'default', schema: 'page.limits.order', body });
  expect([status, JSON.parse(text)]).toEqual([
    400,
    {
      error: expect.stringContaining('The message is not published: '),
      failures: [
        { path: expect.stringMatching(/^\/body/), message: expect.stringContaining('bread') },
        { path: '/body/count', message: expect.stringContaining('integer') },
      ],
    },
  ]);
  expect(name).toBe('Order');
});
