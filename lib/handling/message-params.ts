import type { ParamData, PipeTransform, Type } from '@nestjs/common';
import type { FedoraMessagingContext } from '../consuming/index.js';
import { ConfigurationException } from '../exceptions/index.js';
import type { Message } from '../message/index.js';

/** What a parameter of a handler can be. */
export const MessageParam = {
  /** The number that Nest's pipes know as a body: a ValidationPipe validates it, and leaves the others alone. */
  BODY: 3,
  MESSAGE: 100,
  CONTEXT: 101,
  HEADER: 102,
  TOPIC: 103,
} as const;

/**
 * Nest's own decorators for the parts of an HTTP request, by the number that Nest keeps each under. Its `@Body()` has the number
 * of the body of a message, and is that.
 */
const OF_HTTP = ['@Req()', '@Res()', '@Next()', undefined, '@Query()', '@Param()', '@Headers()', '@Session()', '@UploadedFile()', '@UploadedFiles()', '@HostParam()', '@Ip()', '@RawBody()']; // prettier-ignore

/** What a handler is called with when nothing is decorated, and what the parts are taken from. */
export type HandlerArguments = [message: Message<object>, context: FedoraMessagingContext];

/** What Nest keeps of a decorated parameter. */
export interface ParamMetadata {
  readonly index: number;
  readonly data?: ParamData;
  readonly pipes: readonly (PipeTransform | Type<PipeTransform>)[];
}

/** The parameters of a handler, by `TYPE:INDEX`. */
export type ParamsMetadata = Record<string, ParamMetadata>;

/** A handler's parameters: what is not decorated is the message, if it is the first, or the context. */
export function withDefaults(declared: ParamsMetadata): ParamsMetadata {
  const taken = new Set(Object.values(declared).map(({ index }) => index));
  const params = { ...declared };
  if (!taken.has(0)) params[`${MessageParam.MESSAGE}:0`] = { index: 0, pipes: [] };
  if (!taken.has(1)) params[`${MessageParam.CONTEXT}:1`] = { index: 1, pipes: [] };
  return params;
}

/**
 * Refuses parameters that would never have a value.
 *
 * @param name class and method
 * @throws ConfigurationException
 */
export function assertNotOfHttp(name: string, declared: ParamsMetadata): void {
  for (const [key, { index }] of Object.entries(declared)) {
    const decorator = OF_HTTP[Number(key.split(':')[0])];
    if (decorator === undefined) continue;
    throw new ConfigurationException(
      `${name}: parameter ${index + 1} is decorated with ${decorator}, which is for HTTP requests: a message has @MessageBody(), @MessageHeader('name'), @MessageTopic() and @MessageContext()`,
    );
  }
}

/** Takes the values of parameters from a message. */
export const messageParamsFactory = {
  exchangeKeyForValue(type: number, data: ParamData, [message, context]: HandlerArguments): unknown {
    switch (type) {
      case MessageParam.BODY:
        return data === undefined ? message.body : (message.body as Record<string, unknown>)[String(data)];
      case MessageParam.MESSAGE:
        return message;
      case MessageParam.CONTEXT:
        return context;
      case MessageParam.HEADER:
        return message.headers[String(data)];
      case MessageParam.TOPIC:
        return message.topic;
      default:
        return undefined;
    }
  },
};
