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
    const given = lines(text) as { id?: string; headers?: Record<string, unknown> }[];
    const actual = messages.map((message, index) => ({
      body: message.body,
      id: given[index]?.id === undefined ? madeNew(message.id, UUID_V4) : message.id,
      priority: message.priority,
      queue: message.queue,
      schema: schemaNameOf(message, registry),
      sent_at:
        given[index]?.headers?.['sent-at'] === undefined
          ? madeNew(message.headers['sent-at'], SENT_AT)
          : message.headers['sent-at'],
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

const UUID_V4 = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;
const SENT_AT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/;

/** A field that a line lacks is null in a vector. Here it is made new, and has a fixed form. */
function madeNew(value: unknown, form: RegExp): unknown {
  return form.test(String(value)) ? null : value;
}

function lines(text: string): unknown[] {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as unknown);
}
