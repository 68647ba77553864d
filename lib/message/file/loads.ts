import { randomUUID } from 'node:crypto';
import { ValidationError } from '../../exceptions/index.js';
import { JsonSchemaValidator } from '../../json-schema/index.js';
import { SERIALIZED_MESSAGE_SCHEMA } from '../schemas/base-schemas.js';
import {
  type MessageHeaders,
  SCHEMA_HEADER,
  SENT_AT_HEADER,
  sentAt,
  SEVERITY_HEADER,
} from '../message-headers.js';
import { MessageRegistry } from '../message-registry.js';
import { Message, type SerializedMessage } from '../message.js';
import type { Severity } from '../severity.js';
import { memberText, parseJson } from '../wire/json/json-text.js';
import { restore } from '../wire/restore.js';

/**
 * Reads messages in the file format, and checks each line against {@link SERIALIZED_MESSAGE_SCHEMA}. It does not
 * check a message against the schema of its class; `dumps` and publishing do. Defaults for a line: `id` is a new
 * UUID (version 4), `priority` is 0, the header `sent-at` is the present time.
 *
 * @param registry finds the classes of the messages. Default: every class that is decorated with `@MessageSchema` and
 *   imported. A message of an unknown schema is a plain {@link Message} that keeps its schema headers.
 * @throws ValidationError with the number of the line, when a line does not conform
 * @publicApi
 */
export function loads(
  text: string,
  registry: Pick<MessageRegistry, 'get'> = new MessageRegistry().gather(),
): Message<object>[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line, index) => loadLine(line, index + 1, registry));
}

const LINE = JsonSchemaValidator.of(SERIALIZED_MESSAGE_SCHEMA);

type Line = Pick<SerializedMessage, 'topic' | 'body'> & Partial<SerializedMessage>;

function loadLine(text: string, number: number, registry: Pick<MessageRegistry, 'get'>): Message<object> {
  const line = parseLine(text, number);
  const headers: MessageHeaders = { ...line.headers };
  headers[SENT_AT_HEADER] ??= sentAt(Date.now());
  const schema = headers[SCHEMA_HEADER];
  const messageClass = typeof schema === 'string' ? registry.get(schema) : undefined;
  const severity = headers[SEVERITY_HEADER] as Severity | undefined;
  return restore(
    messageClass ?? Message,
    { topic: line.topic, body: line.body as object, ...(severity !== undefined && { severity }) },
    {
      id: line.id ?? randomUUID(),
      queue: line.queue ?? null,
      priority: line.priority ?? 0,
      headers,
      isOfUnknownSchema: schema !== undefined && messageClass === undefined,
      contentEncoding: 'utf-8',
      bodyText: memberText(text, 'body')!,
    },
  );
}

function parseLine(text: string, number: number): Line {
  let line: unknown;
  try {
    line = parseJson(text);
  } catch (error) {
    const message = text.trim() === '' ? 'is empty, but must be a JSON object' : 'is not JSON';
    throw new ValidationError(`Line ${number}`, [{ path: '', message }], { cause: error });
  }
  const [first, ...more] = LINE.failures(line, '', true);
  if (first) throw new ValidationError(`Line ${number}`, [first, ...more]);
  return line as Line;
}
