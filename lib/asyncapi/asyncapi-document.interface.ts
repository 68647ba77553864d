import type { JsonSchema } from '../json-schema/index.js';

/** An AsyncAPI 3 document, with the parts that this library writes. @publicApi */
export interface AsyncApiDocument {
  /** The version of AsyncAPI. */
  readonly asyncapi: '3.0.0';
  /** The description of the application, as given to `generate()`. */
  readonly info: AsyncApiInfo;
  /** The content type of messages without one: `application/json`. */
  readonly defaultContentType: string;
  /** The nodes of the buses, by key. */
  readonly servers: Readonly<Record<string, ServerObject>>;
  /** Queues, and exchanges with a routing key, by key. */
  readonly channels: Readonly<Record<string, ChannelObject>>;
  /** The operations of the application, receiving and sending, by key. */
  readonly operations: Readonly<Record<string, OperationObject>>;
  /** The message classes and JSON Schemas that other parts of the document refer to, by key. */
  readonly components: {
    readonly messages: Readonly<Record<string, MessageObject>>;
    readonly schemas: Readonly<Record<string, SchemaObject>>;
  };
}

/** The description of the application in an AsyncAPI document. @publicApi */
export interface AsyncApiInfo {
  /** The name of the application. */
  readonly title: string;
  /** The version of the application. */
  readonly version: string;
  /** The purpose of the application, as plain text or Markdown. */
  readonly description?: string;
  /** The URL of the terms of service. */
  readonly termsOfService?: string;
  /** The person or group to ask about the application. */
  readonly contact?: { readonly name?: string; readonly url?: string; readonly email?: string };
  /** The license of the application. */
  readonly license?: { readonly name: string; readonly url?: string };
  /** The URL of further documentation. */
  readonly externalDocs?: { readonly url: string; readonly description?: string };
  /** A field of your own. AsyncAPI allows names that begin with `x-`. */
  readonly [extension: `x-${string}`]: unknown;
}

/** A pointer into the document. @publicApi */
export interface Reference {
  /** A JSON Pointer, such as `#/components/messages/greeting`. */
  readonly $ref: string;
}

/** A node of a bus. @publicApi */
export interface ServerObject {
  /** Host name and port. `memory://` has a name without a port. */
  readonly host: string;
  /** The scheme of the URL: `amqp`, `amqps` or `memory`. */
  readonly protocol: string;
  /** The version of AMQP, `0-9-1`; absent for `memory`. */
  readonly protocolVersion?: string;
  /** A slash and the encoded name of the virtual host; absent for `memory`. */
  readonly pathname?: string;
  /** A sentence that names the bus. */
  readonly description: string;
}

/** A queue, or an exchange with a routing key. @publicApi */
export interface ChannelObject {
  /** The name of the queue, or the routing key with its wildcards as parameters; null when there is no name. */
  readonly address: string | null;
  /** The queue, or the exchange and the routing key, for people. */
  readonly title: string;
  /** The nodes of the bus to which the channel belongs. */
  readonly servers: readonly Reference[];
  /** The message classes that may be in the channel, by key. */
  readonly messages: Readonly<Record<string, Reference>>;
  /** The parameters of the address, by name: one for each wildcard. Absent when there is no wildcard. */
  readonly parameters?: Readonly<Record<string, { readonly description: string }>>;
  /** The declaration of the queue or exchange. */
  readonly bindings: { readonly amqp: ChannelBinding };
}

/** The AMQP binding of a channel, in version 0.3.0 of AsyncAPI's AMQP bindings. @publicApi */
export type ChannelBinding =
  | {
      readonly is: 'queue';
      /** The name, virtual host and options of the queue. */
      readonly queue: Readonly<Record<string, unknown>>;
      readonly bindingVersion: '0.3.0';
      /** The arguments of the queue's declaration. */
      readonly 'x-arguments'?: Readonly<Record<string, unknown>>;
      /** The bindings of the queue. */
      readonly 'x-bindings': readonly object[];
    }
  | {
      readonly is: 'routingKey';
      /** The name, virtual host and options of the exchange. */
      readonly exchange: Readonly<Record<string, unknown>>;
      readonly bindingVersion: '0.3.0';
      /** The routing key of AMQP, unchanged. */
      readonly 'x-routing-key': string;
    };

/** What the application receives from a queue, or sends to an exchange. @publicApi */
export interface OperationObject {
  /** Whether the application receives the messages or sends them. */
  readonly action: 'receive' | 'send';
  /** Class and method of the handler, or the class of the sent messages. */
  readonly title: string;
  /** The channel of the messages. */
  readonly channel: Reference;
  /** The messages of the channel that belong to the operation. */
  readonly messages: readonly Reference[];
  /** The delivery mode and priority of sent messages, or whether received messages are acknowledged. */
  readonly bindings: { readonly amqp: Readonly<Record<string, unknown>> };
}

/** A class of messages. @publicApi */
export interface MessageObject {
  /** The schema name. */
  readonly name: string;
  /** The name of the class. */
  readonly title: string;
  /** The content type of the body: `application/json`. */
  readonly contentType: string;
  /** The JSON Schema of the headers. */
  readonly headers: Reference;
  /** The JSON Schema of the body. */
  readonly payload: Reference;
  /** The AMQP properties that every message of the class has. */
  readonly bindings: { readonly amqp: Readonly<Record<string, unknown>> };
  /** The severity of messages created without a severity. */
  readonly 'x-severity'?: string;
  /** The package that provides the schema. */
  readonly 'x-package'?: string;
  /** Whether the class is deprecated. Absent when it is not. */
  readonly 'x-deprecated'?: true;
}

/** A JSON Schema of draft-07, or a JSON Schema with the name of its format. @publicApi */
export type SchemaObject = JsonSchema | { readonly schemaFormat: string; readonly schema: JsonSchema };
