import type { AsyncApiDocument } from '../../asyncapi/index.js';
import {
  bodySchemaOf,
  Message,
  type MessageClass,
  type MessageRegistry,
  messageTypeOf,
  severityName,
} from '../../message/index.js';
import { errorLine } from '../feed/messages/error-detail.js';
import type { SeverityName } from '../protocol.js';
import type { MessageClassReference, Reference } from '../reference-protocol.js';
import { exampleOf } from './example-of-class.js';

/** Describes the messages of an application: its message classes, and its AsyncAPI document. */
export class PageReference {
  /** @param document writes the AsyncAPI document; undefined for a script, which has none */
  constructor(
    private readonly registry: MessageRegistry,
    private readonly document: (() => AsyncApiDocument) | undefined,
  ) {}

  /** Describes the classes that are known now; lazily loaded modules may add classes later. */
  describe(): Reference {
    const classes = [...this.registry]
      .filter(([, messageClass]) => messageClass !== Message)
      .map(([, messageClass]) => describeClass(messageClass));
    if (!this.document)
      return { classes, asyncapiError: 'A script without decorators has no AsyncAPI document' };
    try {
      return { classes, asyncapi: this.document() };
    } catch (error) {
      return { classes, asyncapiError: errorLine(error) };
    }
  }
}

function describeClass(messageClass: MessageClass): MessageClassReference {
  const { name: schema, topic, severity, deprecated } = messageTypeOf(messageClass);
  return {
    name: messageClass.name,
    schema,
    topic,
    severity: severityName(severity).toLowerCase() as SeverityName,
    isDeprecated: deprecated,
    ...bodyOf(messageClass),
  };
}

function bodyOf(messageClass: MessageClass): Pick<MessageClassReference, 'bodySchema' | 'example'> {
  try {
    return { bodySchema: bodySchemaOf(messageClass), example: exampleOf(messageClass)?.toJSON().body };
  } catch {
    // A class may choose its schema for each message, and fail on a message without a body.
    return {};
  }
}
