import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { MessageCodec, MessageRegistry } from '../../lib/index.js';
import type { TracedSpan } from '../apps/tracing.js';
import { appFile, TestProcess } from '../support/child-process.js';
import { amqpUrl, RawClient, unique } from '../support/shared-rabbitmq.js';

const COUNT = 20;
const PRODUCER = 3;
const CONSUMER = 4;

/** The argument of `--import`: the compiled module, which the applications import, too. */
const TRACING = pathToFileURL(appFile('tracing')).href;

/** Runs an application of test/apps to its end, and returns its spans. */
async function spansOf(name: string, env: Record<string, string>): Promise<TracedSpan[]> {
  const app = TestProcess.app(name, env);
  expect(await app.exit, app.errors).toEqual({ code: 0, signal: null });
  return JSON.parse(app.lines.at(-1)!) as TracedSpan[];
}

/** Returns the only span that matches. */
function only(spans: TracedSpan[], properties: Partial<TracedSpan>): TracedSpan {
  const found = spans.filter((span) =>
    Object.entries(properties).every(([key, value]) => span[key as keyof TracedSpan] === value),
  );
  expect(found, JSON.stringify(properties)).toHaveLength(1);
  return found[0]!;
}

/** A queue of the test's own, and the environment of the applications. */
async function traced(
  count: number,
): Promise<{ raw: RawClient; queue: string; env: Record<string, string> }> {
  const raw = await RawClient.open();
  const topic = unique('tracing');
  const queue = await raw.queue('amq.topic', topic, { durable: true });
  // The queues that the consumer declares next to it.
  for (const name of [`${queue}.retry.1`, `${queue}.parked`]) raw.deleteLater(name);
  return { raw, queue, env: { AMQP_URL: amqpUrl(), TOPIC: topic, QUEUE: queue, COUNT: String(count) } };
}

describe('with the standard amqplib instrumentation and nothing else', () => {
  it.each([
    ['imported first', ''],
    ['loaded by --import', `--import ${TRACING}`],
    ['and its loader for ES modules', '--experimental-loader @opentelemetry/instrumentation/hook.mjs'],
  ])(
    'publishing in one process and handling in another is one trace: %s',
    async (_, nodeOptions) => {
      const { queue, env } = await traced(COUNT);
      const published = await spansOf('traced-publisher', { ...env, NODE_OPTIONS: nodeOptions });
      const handled = await spansOf('traced-consumer', { ...env, NODE_OPTIONS: nodeOptions });

      for (let n = 0; n < COUNT; n++) {
        const request = only(published, { name: `request ${n}` });
        const publish = only(published, { kind: PRODUCER, parentSpanId: request.spanId });
        const process = only(handled, { kind: CONSUMER, parentSpanId: publish.spanId });
        const work = only(handled, { name: `work ${n}` });
        expect(work.parentSpanId).toBe(process.spanId);
        const { traceId } = request;
        expect([publish.traceId, process.traceId, work.traceId]).toEqual([traceId, traceId, traceId]);
        for (const { attributes } of [publish, process]) {
          expect(attributes).toMatchObject({
            'messaging.system': 'rabbitmq',
            'messaging.protocol': 'AMQP',
            'messaging.destination': 'amq.topic',
            'messaging.destination_kind': 'topic',
            'messaging.rabbitmq.routing_key': env['TOPIC'],
          });
        }
        expect(process).toMatchObject({
          name: `${queue} process`,
          attributes: {
            'messaging.operation': 'process',
            'messaging.message_id': publish.attributes['messaging.message_id'],
          },
        });
      }
      expect(published.filter(({ kind }) => kind === PRODUCER)).toHaveLength(COUNT);
      expect(handled.filter(({ kind }) => kind === CONSUMER)).toHaveLength(COUNT);
      // The trace must not have the broker's password.
      expect(JSON.stringify([published, handled])).not.toContain('guest');
    },
    120_000,
  );

  it('a message that is tried again stays in its trace', async () => {
    const { env } = await traced(1);
    const published = await spansOf('traced-publisher', env);
    const handled = await spansOf('traced-consumer', { ...env, FAILURES: '1' });
    const publish = only(published, { kind: PRODUCER });
    const first = only(handled, { kind: CONSUMER, parentSpanId: publish.spanId });
    const copy = only(handled, { kind: PRODUCER, parentSpanId: first.spanId });
    const second = only(handled, { kind: CONSUMER, parentSpanId: copy.spanId });
    expect(only(handled, { name: 'work 0' })).toMatchObject({
      traceId: publish.traceId,
      parentSpanId: second.spanId,
    });
  });

  it('the trace is one more header on the wire, and the message stays valid', async () => {
    const { raw, queue, env } = await traced(1);
    const publish = only(await spansOf('traced-publisher', env), { kind: PRODUCER });
    const delivery = await raw.next(queue);
    const { headers } = delivery.properties as { headers: Record<string, unknown> };
    expect(headers).toEqual({
      fedora_messaging_schema: 'base.message',
      fedora_messaging_schema_package: 'fedora_messaging',
      fedora_messaging_severity: 20,
      'sent-at': expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/) as string,
      priority: 0,
      traceparent: `00-${publish.traceId}-${publish.spanId}-01`,
    });
    // Decoding validates the headers against the Python library's schema.
    const message = new MessageCodec(new MessageRegistry()).decode(delivery, queue);
    expect(message).toMatchObject({ topic: env['TOPIC'], body: { n: 0 } });
  });
});
