import type { JsonSchema } from '../../json-schema/index.js';
import { BASE_HEADERS_SCHEMA } from './base-schemas.js';
import type { MessageClass } from '../message-class.js';
import {
  FILTER_HEADERS,
  PRIORITY_HEADER,
  SCHEMA_HEADER,
  SCHEMA_PACKAGE_HEADER,
  SENT_AT_HEADER,
  SEVERITY_HEADER,
} from '../message-headers.js';
import { messageTypeOf } from '../message-type.js';
import { Message } from '../message.js';
import { SEVERITIES } from '../severity.js';

/**
 * The JSON Schema of a message class's headers. It describes the headers that the library writes, and adds the
 * `headersSchema` of the class. Its own keywords mean the same in every draft.
 *
 * @throws TypeError when the class is not decorated with `@MessageSchema`
 */
export function headersSchemaOf(messageClass: MessageClass): JsonSchema {
  const written = writtenHeaders(messageClass);
  const { headersSchema } = new messageClass({});
  if (!headersSchema) return written;
  const others = (headersSchema['allOf'] as JsonSchema[] | undefined) ?? [];
  return { ...headersSchema, type: 'object', allOf: [...others, written] };
}

function writtenHeaders(messageClass: MessageClass): JsonSchema {
  const { name, package: ofPackage, severity, filterAccessors } = messageTypeOf(messageClass);
  // A message of the base class may name any schema.
  const isAny = messageClass === Message;
  const filters = filterAccessors.map((accessor) => [`^${FILTER_HEADERS[accessor]}`, { enum: [true] }]);
  return {
    type: 'object',
    properties: {
      ...(BASE_HEADERS_SCHEMA['properties'] as JsonSchema),
      [SCHEMA_HEADER]: { type: 'string', ...(!isAny && { enum: [name] }) },
      ...(ofPackage !== undefined &&
        !isAny && { [SCHEMA_PACKAGE_HEADER]: { type: 'string', default: ofPackage } }),
      [SEVERITY_HEADER]: { type: 'integer', enum: SEVERITIES, ...(!isAny && { default: severity }) },
      [SENT_AT_HEADER]: { type: 'string', format: 'date-time' },
      [PRIORITY_HEADER]: { type: 'integer', minimum: 0, maximum: 255 },
    },
    ...(filters.length > 0 && { patternProperties: Object.fromEntries(filters) as JsonSchema }),
  };
}
