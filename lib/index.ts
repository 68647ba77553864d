export type * from './config/index.js';
export * from './exceptions/index.js';
export type { JsonSchema } from './json-schema/index.js';
export {
  type BodyClass,
  dumps,
  libravatarUrl,
  type LibravatarOptions,
  loads,
  Message,
  type MessageClass,
  type MessageHeaders,
  type MessageInit,
  MessageRegistry,
  MessageSchema,
  type MessageSchemaOptions,
  SERIALIZED_MESSAGE_SCHEMA,
  type SerializedMessage,
  SEVERITIES,
  Severity,
  userAvatarUrl,
} from './message/index.js';
