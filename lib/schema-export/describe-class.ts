import { describeError } from '../exceptions/index.js';
import type { JsonSchema } from '../json-schema/index.js';
import { bodySchemaOf, isOverridden, Message, type MessageClass, messageTypeOf } from '../message/index.js';
import type { ClassDescription } from './class-description.interface.js';

/** The accessors of a message, each with its name in Python. */
const ACCESSORS = {
  summary: 'summary',
  url: 'url',
  appName: 'app_name',
  appIcon: 'app_icon',
  agentName: 'agent_name',
  agentAvatar: 'agent_avatar',
  usernames: 'usernames',
  groups: 'groups',
  packages: 'packages',
  containers: 'containers',
  modules: 'modules',
  flatpaks: 'flatpaks',
  toString: '__str__',
} as const;

/**
 * Describes a message class for Python.
 *
 * @throws TypeError when a schema of the class can't be read, because its constructor throws or JSON can't say it
 */
export function describeClass(messageClass: MessageClass): ClassDescription {
  const type = messageTypeOf(messageClass);
  const prototype = messageClass.prototype as object;
  const computed = (['bodySchema', 'headersSchema'] as const).filter((name) => isOverridden(prototype, name));
  const hasBody = type.bodyClass !== undefined || type.bodySchema !== undefined;
  return {
    schemaName: type.name,
    className: messageClass.name,
    topic: type.topic,
    severity: type.severity,
    deprecated: type.deprecated,
    bodySchema:
      hasBody && !computed.includes('bodySchema')
        ? jsonOf(messageClass, () => bodySchemaOf(messageClass))
        : undefined,
    headersSchema:
      type.headersSchema && !computed.includes('headersSchema')
        ? jsonOf(messageClass, () => type.headersSchema!)
        : undefined,
    computed,
    accessors: Object.entries(ACCESSORS)
      .filter(([accessor]) => isOwn(prototype, accessor))
      .map(([, name]) => name),
  };
}

/** Whether the class, or one between it and `Message`, has the accessor. */
function isOwn(prototype: object, accessor: string): boolean {
  for (let of = prototype; of !== Message.prototype; of = Object.getPrototypeOf(of) as object) {
    if (Object.hasOwn(of, accessor)) return true;
  }
  return false;
}

/** A schema as JSON says it: without members that are undefined. */
function jsonOf(messageClass: MessageClass, schema: () => JsonSchema): JsonSchema {
  try {
    return JSON.parse(JSON.stringify(schema())) as JsonSchema;
  } catch (error) {
    throw new TypeError(
      `The schema of the message class ${messageClass.name} can't be exported: ${describeError(error)}`,
      { cause: error },
    );
  }
}
