export { libravatarUrl, type LibravatarOptions, userAvatarUrl } from './avatar.js';
export { SERIALIZED_MESSAGE_SCHEMA } from './base-schemas.js';
export { bodySchemaOf } from './body/body-schema.js';
export { headersSchemaOf } from './headers-schema.js';
export { type EncodingOptions, MessageCodec, type OutgoingMessage } from './wire/message-codec.js';
export { describe as nameOfDelivery, type IncomingMessage } from './wire/message-decoder.js';
export {
  type MessageHeaders,
  SCHEMA_HEADER,
  SCHEMA_PACKAGE_HEADER,
  SENT_AT_HEADER,
  SEVERITY_HEADER,
} from './message-headers.js';
export { MessageRegistry } from './message-registry.js';
export { MessageSchema } from './message-schema.decorator.js';
export {
  type BodyClass,
  type MessageClass,
  type MessageSchemaOptions,
  messageTypeOf,
} from './message-type.js';
export { nameOf, quote } from './message-validator.js';
export { assertMessage, Message, type MessageInit, type SerializedMessage } from './message.js';
export type { PassedOnProperties } from './wire/passed-on-properties.js';
export { dumps, loads } from './file/serialization.js';
export { SEVERITIES, Severity, severityName } from './severity.js';
export { topicPrefixOf } from './wire/topic-prefix.js';
