import { describe, expect, it } from 'vitest';
import {
  FedoraMessagingModule,
  FedoraMessagingService,
  Message,
  MessageSchema,
  type PageOptions,
} from '../../../lib/index.js';
import { memoryUrl } from '../../support/memory-url.js';
import { act, ask, PageClient, startPagedApp } from '../../support/page-client.js';

const CARD = '4111-1111';

@MessageSchema('page.shared.order', {
  topic: 'bakery.order',
  bodySchema: { type: 'object', properties: { card: { type: 'string', maxLength: 9 } } },
})
class Order extends Message<{ card: string }> {
  override get summary(): string {
    return `paid with ${this.body.card}`;
  }
}

const operator = { authorize: () => ({ name: 'ann', actions: true }) };

/** Starts an application with two pages, whose handler fails with the number of the card in the error. */
async function startPages(one: PageOptions, other: PageOptions) {
  const { app, log } = await startPagedApp({
    options: { amqpUrl: memoryUrl(), monitoring: { port: 0, page: { ...operator, ...one } } },
    imports: [
      FedoraMessagingModule.forRoot({
        bus: 'staging',
        amqpUrl: memoryUrl(),
        monitoring: { port: 0, address: '127.0.0.1', page: { ...operator, ...other } },
      }),
    ],
  });
  const urls = log.flatMap(({ text }) => /^The live page is at (http:\S+)\/ /.exec(text)?.[1] ?? []);
  const service = app.get(FedoraMessagingService);
  await service.consume(
    ({ body }) => {
      throw new RangeError(`no such card: ${String(body['card'])}`);
    },
    { onError: 'drop' },
  );
  return { log, urls, order: () => service.publish(new Order({ body: { card: CARD } })) };
}

/** Everything that a page shows of a failed message, until the consumer's last error has come. */
async function shownOn(url: string, order: () => Promise<unknown>) {
  const client = await PageClient.open(url);
  await client.snapshot();
  await order();
  const lastError = await client.until(({ content }) => content.consumers?.[0]?.lastError);
  const record = await client.until(({ content }) =>
    content.messages?.find(({ outcome }) => outcome === 'failed'),
  );
  const detail = (await ask(`${url}/api/messages/${record.seq}`)).text;
  const again = await act(url, 'handle', { seq: record.seq });
  const later = await PageClient.open(url);
  await later.snapshot();
  return { lastError, record, detail, again: again.text, text: client.text + later.text };
}

describe('two pages of an application', () => {
  it('each hide what their own redact hides, also in errors, and show what it shows', async () => {
    const redact: PageOptions['redact'] = ({ headers, error }) => ({
      headers,
      body: {},
      ...(error && { error: { text: error.text.replace(CARD, '****') } }),
    });
    const { urls, order } = await startPages({ redact }, {});
    const hiding = await shownOn(urls[0]!, order);
    expect(hiding.record).toMatchObject({ summary: 'paid with undefined', error: 'no such card: ****' });
    expect(hiding.lastError).toMatchObject({ text: 'no such card: ****' });
    expect(JSON.stringify(hiding)).not.toContain(CARD);

    const showing = await shownOn(urls[1]!, order);
    expect(showing.record).toMatchObject({ summary: `paid with ${CARD}`, error: `no such card: ${CARD}` });
    expect(showing.lastError).toMatchObject({ text: `no such card: ${CARD}` });
    expect(showing.lastError.stack).toContain('shared-feed.spec');
    expect(showing.again).toContain(CARD);
  });

  it('show no error that redact does not return, and none when redact fails', async () => {
    const { urls, order } = await startPages(
      { redact: ({ headers, body }) => ({ headers, body: { ...(body as object), card: 'hidden' } }) },
      {
        redact: () => {
          throw new Error('no rule');
        },
      },
    );
    for (const url of urls) {
      const client = await PageClient.open(url);
      await client.snapshot();
      await order();
      const failed = await client.until(({ content }) =>
        content.messages?.find(({ outcome }) => outcome === 'failed'),
      );
      expect(failed).not.toHaveProperty('error');
      const { text } = await ask(`${url}/api/messages/${failed.seq}`);
      const again = await act(url, 'handle', { seq: failed.seq });
      expect(JSON.parse(again.text)).toMatchObject({ text: 'The outcome is failed' });
      expect(client.text + text + again.text).not.toContain(CARD);
    }
  });
});
