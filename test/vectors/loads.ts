import { dumps, loads as loadMessages } from '../../lib/index.js';
import { captureLogs } from './captured-logs.js';
import { buildRegistry, type DescribedClass, schemaNameOf } from './described-message-class.js';
import { expectOk, expectSame, type RunCase, type VectorCase } from './vector-case.js';

interface LoadsCase extends VectorCase {
  readonly schemas: DescribedClass[];
  readonly text: string;
  readonly expect: {
    ok: boolean;
    error?: string;
    messages?: Record<string, unknown>[];
    dumps_ok?: boolean;
    dumps?: string;
    dumps_headers_include?: Record<string, unknown>;
  };
}

export const loads: RunCase<LoadsCase> = ({ schemas, text, expect }) => {
  const registry = buildRegistry(schemas);
  const { result: messages } = captureLogs(() =>
    expectOk(expect.ok, expect.error ?? 'ValidationError', () => loadMessages(text, registry)),
  );
  if (!messages) return;
  if (expect.messages) {
    const actual = messages.map((message) => ({
      body: message.body,
      id: message.id,
      priority: message.priority,
      queue: message.queue,
      schema: schemaNameOf(message, registry),
      sent_at: message.headers['sent-at'] ?? null,
      severity: message.severity,
      topic: message.topic,
    }));
    expectSame(actual, expect.messages, 'the messages');
  }
  const dumped = expectOk(expect.dumps_ok ?? true, 'ValidationError', () => dumps(messages));
  if (dumped === undefined) return;
  if (expect.dumps !== undefined) expectSame(lines(dumped), lines(expect.dumps), 'the dump');
  for (const line of lines(dumped)) {
    const { headers } = line as { headers: Record<string, unknown> };
    expectSame({ ...headers, ...expect.dumps_headers_include }, headers, 'the dumped headers');
  }
};

function lines(text: string): unknown[] {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as unknown);
}
