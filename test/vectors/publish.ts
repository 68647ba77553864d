import { Message, MessageCodec, type MessageHeaders, type Severity } from '../../lib/index.js';
import { buildClass, buildRegistry, type DescribedClass } from './described-message-class.js';
import { expectOk, expectSame, type RunCase, type VectorCase } from './vector-case.js';

interface PublishCase extends VectorCase {
  readonly config: { topic_prefix?: string; publish_priority?: number };
  readonly schema: DescribedClass | null;
  readonly message: {
    topic?: string;
    body?: object;
    headers?: MessageHeaders;
    severity?: Severity;
    priority?: number | null;
  };
  readonly expect: {
    ok: boolean;
    error?: string;
    routing_key: string;
    body: unknown;
    properties: Record<string, unknown> & { headers: MessageHeaders };
    sent_at_example: string;
    summary: string;
    url: string | null;
    agent_avatar: string | null;
  };
}

const SENT_AT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/;
const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

export const publish: RunCase<PublishCase> = ({ config, schema, message: init, expect }) => {
  const codec = new MessageCodec(buildRegistry(), {
    topicPrefix: config.topic_prefix ?? '',
    publishPriority: config.publish_priority ?? null,
  });
  let message!: Message<object>;
  const encoded = expectOk(expect.ok, expect.error ?? 'ValidationError', () => {
    const { priority, ...rest } = init;
    message = schema === null ? new Message<object>(rest) : new (buildClass(schema))(rest as never);
    if (priority !== undefined) message.priority = priority;
    return codec.encode(message);
  });
  if (!encoded) return;
  const { routingKey, content, properties } = encoded;
  const { 'sent-at': sentAt, ...headers } = properties.headers;
  expectSame(routingKey, expect.routing_key, 'the routing key');
  expectSame(JSON.parse(content.toString('utf8')), expect.body, 'the body');
  const { headers: expectedHeaders, ...expectedProperties } = expect.properties;
  expectSame(
    {
      app_id: undefined,
      correlation_id: undefined,
      expiration: undefined,
      reply_to: undefined,
      timestamp: undefined,
      type: undefined,
      user_id: undefined,
      content_encoding: properties.contentEncoding,
      content_type: properties.contentType,
      delivery_mode: properties.deliveryMode,
      priority: properties.priority ?? null,
    },
    Object.fromEntries(
      Object.entries(expectedProperties).filter(([name, value]) => value !== null || name === 'priority'),
    ),
    'the properties',
  );
  expectSame(headers, expectedHeaders, 'the headers');
  if (!SENT_AT.test(expect.sent_at_example)) throw new Error('the sent_at_example has another form');
  if (typeof sentAt !== 'string' || !SENT_AT.test(sentAt)) throw new Error(`sent-at is ${String(sentAt)}`);
  if (!UUID_V4.test(properties.messageId)) throw new Error(`the id is ${properties.messageId}`);
  expectSame(message.summary, expect.summary, 'the summary');
  expectSame(message.url, expect.url, 'the url');
  expectSame(message.agentAvatar, expect.agent_avatar, 'the agent avatar');
};
