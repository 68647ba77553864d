import type { JsonSchema } from '../../json-schema/index.js';
import { BASE_BODY_SCHEMA } from '../schemas/base-schemas.js';
import type { MessageClass } from '../message-class.js';
import { messageTypeOf } from '../message-type.js';
import { BodyClassConverter, DRAFT_07 } from './body-class-converter.js';

/**
 * The JSON Schema of a message class's bodies, also when they are described by a class-validator class:
 * its decorators are then written as JSON Schema (draft-07). Validators that JSON Schema has no word for
 * are left out, so that it may accept what the class refuses, and `null` for an optional property is not
 * in it. With both a class and a JSON Schema, it is that JSON Schema, with the class's under `allOf`.
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
