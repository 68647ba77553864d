import {
  type JsonSchema,
  MessageCodec,
  MessageRegistry,
  SchemaError,
  ValidationError,
} from '../../lib/index.js';
import { captureLogs } from './captured-logs.js';
import { buildClass } from './described-message-class.js';
import type { RunCase, VectorCase } from './vector-case.js';

interface JsonSchemaCase extends VectorCase {
  readonly schema: JsonSchema;
  readonly instance: unknown;
  readonly valid: boolean | null;
  readonly why: string | null;
}

/** The schema is that of a message class. The instance is the body of a message, made here and received. */
export const jsonSchema: RunCase<JsonSchemaCase> = ({ schema, instance, valid, why }) => {
  const messageClass = buildClass({ name: 'vector.json-schema', body_schema: schema });
  const codec = new MessageCodec(MessageRegistry.of(messageClass));
  const delivery = {
    fields: { routingKey: 'a.b' },
    content: Buffer.from(JSON.stringify(instance)),
    properties: { contentEncoding: 'utf-8', headers: { fedora_messaging_schema: 'vector.json-schema' } },
  };
  expectVerdict(valid, why, 'validate()', () => new messageClass({ body: instance as never }).validate());
  expectVerdict(valid, why, 'decode()', () => captureLogs(() => codec.decode(delivery, 'a-queue')));
};

/** @param valid null for a schema that is itself wrong */
function expectVerdict(valid: boolean | null, why: string | null, by: string, check: () => void): void {
  let actual: boolean | null = true;
  let problem = 'no failure';
  try {
    check();
  } catch (error) {
    if (error instanceof ValidationError) actual = false;
    else if (error instanceof SchemaError) actual = null;
    else throw error;
    problem = error.message;
  }
  if (actual !== valid) {
    throw new Error(`valid is ${actual} by ${by} (${problem}), should be ${valid} (${why})`);
  }
}
