import { type JsonSchema, SchemaError, ValidationError } from '../../lib/index.js';
import { buildClass } from './described-message-class.js';
import type { RunCase, VectorCase } from './vector-case.js';

interface JsonSchemaCase extends VectorCase {
  readonly schema: JsonSchema;
  readonly instance: unknown;
  readonly valid: boolean | null;
  readonly why: string | null;
}

/** The schema is that of a message class, the instance the body of a message. */
export const jsonSchema: RunCase<JsonSchemaCase> = ({ schema, instance, valid, why }) => {
  const messageClass = buildClass({ name: 'vector.json-schema', body_schema: schema });
  let actual: boolean | null = true;
  let problem = 'no failure';
  try {
    new messageClass({ body: instance as never }).validate();
  } catch (error) {
    if (error instanceof ValidationError) actual = false;
    else if (error instanceof SchemaError) actual = null;
    else throw error;
    problem = error.message;
  }
  if (actual !== valid) throw new Error(`valid is ${actual} (${problem}), should be ${valid} (${why})`);
};
