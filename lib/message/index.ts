export { libravatarUrl, type LibravatarOptions, userAvatarUrl } from './avatar.js';
export { SERIALIZED_MESSAGE_SCHEMA } from './schemas/base-schemas.js';
export type { BodyClass } from './body/body-class.js';
export { bodySchemaOf } from './body/body-schema.js';
export { dumps } from './file/dumps.js';
export { loads } from './file/loads.js';
export { headersSchemaOf } from './schemas/headers-schema.js';
export { type AnyMessageClass, isMessageClass, type MessageClass } from './message-class.js';
export {
  type MessageHeaders,
  SCHEMA_HEADER,
  SCHEMA_PACKAGE_HEADER,
  SENT_AT_HEADER,
  SEVERITY_HEADER,
} from './message-headers.js';
export { midSentence, nameOf, nameOfDelivery } from './message-name.js';
export { MessageRegistry } from './message-registry.js';
export { MessageSchema } from './message-schema.decorator.js';
export { isOverridden, type MessageSchemaOptions, messageTypeOf } from './message-type.js';
export { assertMessage, Message, type MessageInit, type SerializedMessage } from './message.js';
export { SEVERITIES, Severity, severityName } from './severity.js';
export { itemTexts, memberText } from './wire/json/json-text.js';
export { type EncodingOptions, MessageCodec, type OutgoingMessage } from './wire/message-codec.js';
export { type IncomingMessage, MessageDecoder } from './wire/message-decoder.js';
export { passedOn, type PassedOnProperties } from './wire/passed-on-properties.js';
export { topicPrefixOf } from './wire/topic-prefix.js';
export { withContents } from './wire/with-contents.js';
