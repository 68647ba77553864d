export type {
  AsyncApiDocument,
  AsyncApiInfo,
  ChannelBinding,
  ChannelObject,
  MessageObject,
  OperationObject,
  Reference,
  SchemaObject,
  ServerObject,
} from './asyncapi-document.interface.js';
export { AsyncApiGenerator, type AsyncApiOptions } from './asyncapi.generator.js';
