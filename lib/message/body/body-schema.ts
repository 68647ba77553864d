import type { JsonSchema } from '../../json-schema/index.js';
import { BASE_BODY_SCHEMA } from '../schemas/base-schemas.js';
import type { MessageClass } from '../message-class.js';
import { messageTypeOf } from '../message-type.js';
import { BodyClassConverter, DRAFT_07 } from './body-class-converter.js';

/**
 * The JSON Schema of a message class's bodies. The decorators of a class-validator class become JSON Schema
 * (draft-07). The result omits validators that JSON Schema can't express, so it may accept bodies that the class
 * refuses; and it does not allow `null` for an optional property, which the class accepts. With both a class and a
 * JSON Schema, the result is that JSON Schema, and the schema of the class is under `allOf`.
 *
 * @throws TypeError when the class is not decorated with `@MessageSchema`
 * @publicApi
 */
export function bodySchemaOf(messageClass: MessageClass): JsonSchema {
  const { bodyClass } = messageTypeOf(messageClass);
  const { bodySchema } = new messageClass({});
  if (!bodyClass) return bodySchema ?? BASE_BODY_SCHEMA;
  const converter = new BodyClassConverter(bodySchema);
  const ofClass = converter.convert(bodyClass);
  const { definitions } = converter;
  const hasDefinitions = Object.keys(definitions).length > 0;
  if (!bodySchema) return { $schema: DRAFT_07, ...ofClass, ...(hasDefinitions && { definitions }) };
  return {
    ...bodySchema,
    allOf: [...((bodySchema['allOf'] as JsonSchema[] | undefined) ?? []), ofClass],
    ...(hasDefinitions && { definitions: { ...(bodySchema['definitions'] as object), ...definitions } }),
  };
}
