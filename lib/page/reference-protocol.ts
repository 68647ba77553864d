import type { SeverityName } from './protocol.js';

/** A message class on the reference page. */
export interface MessageClassReference {
  readonly name: string;
  /** The schema name. */
  readonly schema: string;
  readonly topic: string;
  readonly severity: SeverityName;
  readonly isDeprecated: boolean;
  /** The JSON Schema of the body. */
  readonly bodySchema?: unknown;
  /** An example of the body. */
  readonly example?: unknown;
}

/** The answer of `api/reference`. */
export interface Reference {
  readonly classes: readonly MessageClassReference[];
  /** The AsyncAPI document of the application; undefined when it can't be made, and `asyncapiError` says why. */
  readonly asyncapi?: unknown;
  readonly asyncapiError?: string;
}
