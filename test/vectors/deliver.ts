import { MessageCodec, type MessageHeaders } from '../../lib/index.js';
import { atLeast, captureLogs } from './captured-logs.js';
import { buildRegistry, type DescribedClass, schemaNameOf } from './described-message-class.js';
import { expectOk, expectSame, type RunCase, type VectorCase } from './vector-case.js';

interface DeliverCase extends VectorCase {
  readonly schemas: DescribedClass[];
  readonly routing_key: string;
  readonly properties: {
    content_encoding?: string;
    message_id?: string;
    priority?: number;
    headers?: MessageHeaders;
  };
  readonly body_base64: string;
  readonly expect: {
    ok: boolean;
    error?: string;
    schema: string;
    topic: string;
    id: string | null;
    severity: number;
    priority: number;
    body: unknown;
    headers: MessageHeaders;
    content_encoding: string;
    summary: string;
    log_levels?: string[];
  };
}

export const deliver: RunCase<DeliverCase> = ({ schemas, routing_key, properties, body_base64, expect }) => {
  const registry = buildRegistry(schemas);
  const codec = new MessageCodec(registry);
  const { result: message, levels } = captureLogs(() =>
    expectOk(expect.ok, expect.error ?? 'ValidationError', () =>
      codec.decode(
        {
          fields: { routingKey: routing_key },
          content: Buffer.from(body_base64, 'base64'),
          properties: {
            contentEncoding: properties.content_encoding ?? undefined,
            messageId: properties.message_id ?? undefined,
            priority: properties.priority ?? undefined,
            headers: properties.headers ?? undefined,
          },
        },
        'a-queue',
      ),
    ),
  );
  for (const level of expect.log_levels ?? []) {
    const expected = atLeast(
      (expect.log_levels ?? []).map((name) => (name === 'WARNING' ? 'warn' : name.toLowerCase())),
      level,
    );
    if (atLeast(levels, level) < expected) {
      throw new Error(`logged ${JSON.stringify(levels)}, the reference ${JSON.stringify(expect.log_levels)}`);
    }
  }
  if (!message) return;
  const { topic, id, severity, priority, body, headers, summary, contentEncoding } = message;
  expectSame(
    { topic, id, severity, priority, body, headers, summary, content_encoding: contentEncoding },
    {
      topic: expect.topic,
      id: expect.id,
      severity: expect.severity,
      priority: expect.priority,
      body: expect.body,
      headers: expect.headers,
      summary: expect.summary,
      content_encoding: expect.content_encoding,
    },
    'the message',
  );
  expectSame(schemaNameOf(message, registry), expect.schema, 'the schema');
};
