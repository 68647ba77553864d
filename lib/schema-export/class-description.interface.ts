import type { JsonSchema } from '../json-schema/index.js';
import type { Severity } from '../message/index.js';

/** What a class in Python is to have of a message class. */
export interface ClassDescription {
  readonly schemaName: string;
  /** Its name in TypeScript. */
  readonly className: string;
  /** Empty for no topic. */
  readonly topic: string;
  readonly severity: Severity;
  readonly deprecated: boolean;
  /** Undefined where the class accepts every body, or chooses a schema for each message. */
  readonly bodySchema: JsonSchema | undefined;
  readonly headersSchema: JsonSchema | undefined;
  /** The schemas that the TypeScript class chooses for each message. */
  readonly computed: readonly ('bodySchema' | 'headersSchema')[];
  /** The names, in Python, of the accessors that the TypeScript class overrides. */
  readonly accessors: readonly string[];
}
