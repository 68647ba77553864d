import type { ParamData, PipeTransform, Type } from '@nestjs/common';
import type { FedoraMessagingContext } from '../consuming/index.js';
import { ConfigurationException } from '../exceptions/index.js';
import type { Message } from '../message/index.js';

/** The kinds of parameters of a handler. */
export const MessageParam = {
  /** Nest's number for a body: its ValidationPipe validates a body, and not the other kinds. */
  BODY: 3,
  MESSAGE: 100,
  CONTEXT: 101,
  HEADER: 102,
  TOPIC: 103,
} as const;

/**
 * Nest's decorators for the parts of an HTTP request, by Nest's number for each. `@Body()` is not among them: it has
 * the number of a message's body, and injects that.
 */
const HTTP_DECORATORS = ['@Req()', '@Res()', '@Next()', undefined, '@Query()', '@Param()', '@Headers()', '@Session()', '@UploadedFile()', '@UploadedFiles()', '@HostParam()', '@Ip()', '@RawBody()']; // prettier-ignore

/** A handler's arguments if no parameter is decorated; decorated parameters are taken from them. */
export type HandlerArguments = [message: Message<object>, context: FedoraMessagingContext];

/** Nest's metadata of a decorated parameter. */
export interface ParamMetadata {
  readonly index: number;
  readonly data?: ParamData;
  readonly pipes: readonly (PipeTransform | Type<PipeTransform>)[];
}

/** The parameters of a handler, by `TYPE:INDEX`. */
export type ParamsMetadata = Record<string, ParamMetadata>;

/** Adds the parameters that are not decorated: the first is the message, the second the context. */
export function withDefaults(declared: ParamsMetadata): ParamsMetadata {
  const taken = new Set(Object.values(declared).map(({ index }) => index));
  const params = { ...declared };
  if (!taken.has(0)) params[`${MessageParam.MESSAGE}:0`] = { index: 0, pipes: [] };
  if (!taken.has(1)) params[`${MessageParam.CONTEXT}:1`] = { index: 1, pipes: [] };
  return params;
}

/**
 * Refuses parameters of HTTP requests: they would never have a value.
 *
 * @param name class and method of the handler
 * @throws ConfigurationException
 */
export function assertNotOfHttp(name: string, declared: ParamsMetadata): void {
  for (const [key, { index }] of Object.entries(declared)) {
    const decorator = HTTP_DECORATORS[Number(key.split(':')[0])];
    if (decorator === undefined) continue;
    throw new ConfigurationException(
      `${name}: parameter ${index + 1} is decorated with ${decorator}, which is for HTTP requests: a message has @MessageBody(), @MessageHeader('name'), @MessageTopic() and @MessageContext()`,
    );
  }
}

/** Reads the values of parameters from a message. */
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
