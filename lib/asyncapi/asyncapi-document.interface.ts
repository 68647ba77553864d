import type { JsonSchema } from '../json-schema/index.js';

/** An AsyncAPI 3 document, with the parts that this library writes. @publicApi */
export interface AsyncApiDocument {
  readonly asyncapi: '3.0.0';
  readonly info: AsyncApiInfo;
  readonly defaultContentType: string;
  /** The nodes of the buses, by key. */
  readonly servers: Readonly<Record<string, ServerObject>>;
  /** Queues, and exchanges with a routing key, by key. */
  readonly channels: Readonly<Record<string, ChannelObject>>;
  /** What the application receives and sends, by key. */
  readonly operations: Readonly<Record<string, OperationObject>>;
  readonly components: {
    readonly messages: Readonly<Record<string, MessageObject>>;
    readonly schemas: Readonly<Record<string, SchemaObject>>;
  };
}

/** The description of the application in an AsyncAPI document. @publicApi */
export interface AsyncApiInfo {
  readonly title: string;
  /** The version of the application. */
  readonly version: string;
  readonly description?: string;
  readonly termsOfService?: string;
  readonly contact?: { readonly name?: string; readonly url?: string; readonly email?: string };
  readonly license?: { readonly name: string; readonly url?: string };
  readonly externalDocs?: { readonly url: string; readonly description?: string };
  readonly [extension: `x-${string}`]: unknown;
}

/** A pointer into the document. @publicApi */
export interface Reference {
  readonly $ref: string;
}

/** A node of a bus. @publicApi */
export interface ServerObject {
  readonly host: string;
  readonly protocol: string;
  readonly protocolVersion?: string;
  /** The virtual host. */
  readonly pathname?: string;
  readonly description: string;
}

/** A queue, or an exchange with a routing key. @publicApi */
export interface ChannelObject {
  /** The name of the queue, or the routing key with its wildcards as parameters; null when there is no name. */
  readonly address: string | null;
  readonly title: string;
  readonly servers: readonly Reference[];
  readonly messages: Readonly<Record<string, Reference>>;
  readonly parameters?: Readonly<Record<string, { readonly description: string }>>;
  readonly bindings: { readonly amqp: ChannelBinding };
}

/** The AMQP binding of a channel, in version 0.3.0 of AsyncAPI's AMQP bindings. @publicApi */
export type ChannelBinding =
  | {
      readonly is: 'queue';
      readonly queue: Readonly<Record<string, unknown>>;
      readonly bindingVersion: '0.3.0';
      /** The arguments of the queue's declaration. */
      readonly 'x-arguments'?: Readonly<Record<string, unknown>>;
      /** The bindings of the queue. */
      readonly 'x-bindings': readonly object[];
    }
  | {
      readonly is: 'routingKey';
      readonly exchange: Readonly<Record<string, unknown>>;
      readonly bindingVersion: '0.3.0';
      /** The routing key of AMQP, unchanged. */
      readonly 'x-routing-key': string;
    };

/** What the application receives from a queue, or sends to an exchange. @publicApi */
export interface OperationObject {
  readonly action: 'receive' | 'send';
  readonly title: string;
  readonly channel: Reference;
  readonly messages: readonly Reference[];
  readonly bindings: { readonly amqp: Readonly<Record<string, unknown>> };
}

/** A class of messages. @publicApi */
export interface MessageObject {
  /** The schema name. */
  readonly name: string;
  /** The name of the class. */
  readonly title: string;
  readonly contentType: string;
  readonly headers: Reference;
  readonly payload: Reference;
  readonly bindings: { readonly amqp: Readonly<Record<string, unknown>> };
  /** The severity of messages created without a severity. */
  readonly 'x-severity'?: string;
  /** The package that provides the schema. */
  readonly 'x-package'?: string;
  readonly 'x-deprecated'?: true;
}

/** A JSON Schema of draft-07, or a JSON Schema with the name of its format. @publicApi */
export type SchemaObject = JsonSchema | { readonly schemaFormat: string; readonly schema: JsonSchema };
