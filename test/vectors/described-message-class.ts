import { randomUUID } from 'node:crypto';
import {
  type JsonSchema,
  Message,
  type MessageClass,
  MessageRegistry,
  MessageSchema,
  type Severity,
} from '../../lib/index.js';

/** A message class as a vector describes it. */
export interface DescribedClass {
  readonly name: string;
  readonly class?: string;
  readonly package?: string;
  readonly severity?: Severity;
  readonly topic?: string;
  readonly body_schema?: JsonSchema;
  readonly headers_schema?: JsonSchema;
  readonly deprecated?: boolean;
  readonly accessors?: Record<string, unknown>;
  readonly failing_accessors?: string[];
}

const built: MessageClass[] = [];

/** Builds the message class that a vector describes. */
export function buildClass(described: DescribedClass): MessageClass {
  const named = { [described.class ?? 'Described']: class extends Message<object> {} };
  const [messageClass] = Object.values(named);
  for (const [name, value] of Object.entries(described.accessors ?? {})) {
    Object.defineProperty(messageClass!.prototype, camelCase(name), { get: () => value });
  }
  for (const name of described.failing_accessors ?? []) {
    Object.defineProperty(messageClass!.prototype, camelCase(name), {
      get: () => {
        throw new Error(`${name} fails`);
      },
    });
  }
  MessageSchema(described.name, {
    package: described.package,
    severity: described.severity,
    topic: described.topic,
    bodySchema: described.body_schema,
    headersSchema: described.headers_schema,
    deprecated: described.deprecated,
  })(messageClass!);
  built.push(messageClass!);
  return messageClass!;
}

/**
 * Frees the schema names of all classes built so far. Vectors use one name for several classes, and a test that gathers
 * all classes would fail. A class that is decorated again gives up its former name.
 */
export function freeSchemaNames(): void {
  for (const messageClass of built.splice(0)) MessageSchema(`test.vectors.${randomUUID()}`)(messageClass);
}

/** A registry of the message classes that a vector describes. */
export function buildRegistry(described: DescribedClass[] = []): MessageRegistry {
  return MessageRegistry.of(...described.map(buildClass));
}

/** The schema name of a message's class. */
export function schemaNameOf(message: Message<object>, registry: MessageRegistry): string | undefined {
  for (const [name, messageClass] of registry) if (message.constructor === messageClass) return name;
  return undefined;
}

function camelCase(name: string): string {
  return name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}
