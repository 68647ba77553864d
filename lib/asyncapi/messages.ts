import { SchemaError } from '../exceptions/index.js';
import { type JsonSchema, JsonSchemaValidator } from '../json-schema/index.js';
import {
  bodySchemaOf,
  headersSchemaOf,
  Message,
  type MessageClass,
  messageTypeOf,
  severityName,
} from '../message/index.js';
import type { MessageObject, Reference, SchemaObject } from './asyncapi-document.interface.js';
import { BINDING_VERSION } from './channels.js';
import { ComponentKeys } from './component-keys.js';
import { toSchemaObject } from './schema-object.js';

/** The messages of a document, each with the schemas of its body and headers. */
export class Messages {
  readonly objects: Record<string, MessageObject> = {};
  readonly schemas: Record<string, SchemaObject> = {};
  private readonly messageKeys = new ComponentKeys();
  private readonly schemaKeys = new ComponentKeys();

  /**
   * The key of a message class. The first call for a class adds its description.
   *
   * @throws SchemaError when one of its schemas is itself wrong
   */
  keyOf(messageClass: MessageClass): string {
    const { name } = messageTypeOf(messageClass);
    const key = this.messageKeys.keyOf(name, name);
    this.objects[key] ??= this.describe(messageClass);
    return key;
  }

  private describe(messageClass: MessageClass): MessageObject {
    const { name, package: ofPackage, severity, deprecated } = messageTypeOf(messageClass);
    const isAny = messageClass === Message;
    return {
      name,
      title: isAny ? 'Any message' : messageClass.name,
      contentType: 'application/json',
      headers: this.schema(`${name}.headers`, headersSchemaOf(messageClass), messageClass),
      payload: this.schema(name, bodySchemaOf(messageClass), messageClass),
      bindings: { amqp: { contentEncoding: 'utf-8', bindingVersion: BINDING_VERSION } },
      ...(!isAny && { 'x-severity': severityName(severity) }),
      ...(!isAny && ofPackage !== undefined && { 'x-package': ofPackage }),
      ...(deprecated && { 'x-deprecated': true }),
    };
  }

  private schema(name: string, schema: JsonSchema, { name: className }: MessageClass): Reference {
    try {
      JsonSchemaValidator.of(schema).check();
    } catch (error) {
      if (!(error instanceof SchemaError)) throw error;
      const { path, reason } = error;
      throw new SchemaError(`The JSON Schema '${name}' of the message class ${className}`, reason, {
        path,
        cause: error,
      });
    }
    const key = this.schemaKeys.keyOf(name, name);
    const pointer = `#/components/schemas/${key}`;
    this.schemas[key] = toSchemaObject(schema, pointer);
    return { $ref: pointer };
  }
}
