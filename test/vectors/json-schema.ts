import { SchemaError } from '../../lib/index.js';
import { type JsonSchema, JsonSchemaValidator } from '../../lib/json-schema/index.js';
import type { RunCase, VectorCase } from './vector-case.js';

interface JsonSchemaCase extends VectorCase {
  readonly schema: JsonSchema;
  readonly instance: unknown;
  readonly valid: boolean | null;
  readonly why: string | null;
}

export const jsonSchema: RunCase<JsonSchemaCase> = ({ schema, instance, valid, why }) => {
  let actual: boolean | null;
  let problem = 'no failure';
  try {
    const failures = JsonSchemaValidator.of(schema).failures(instance, '', true);
    actual = failures.length === 0;
    if (!actual) problem = JSON.stringify(failures);
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    actual = null;
    problem = error.message;
  }
  if (actual !== valid) throw new Error(`valid is ${actual} (${problem}), should be ${valid} (${why})`);
};
