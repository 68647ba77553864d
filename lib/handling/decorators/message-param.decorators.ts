import type { ParamData, PipeTransform, Type } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '../../nest/index.js';
import { MessageParam } from '../message-params.js';

type Pipe = PipeTransform | Type<PipeTransform>;

/**
 * The body of the message: an instance of the schema's body class if it has one.
 *
 * @param pipes what it goes through first, as anywhere in Nest
 * @publicApi
 */
export function MessageBody(...pipes: (PipeTransform | Type<PipeTransform>)[]): ParameterDecorator;
/**
 * One property of the body of the message.
 *
 * @param property its name; undefined is passed on when the body has none such
 * @publicApi
 */
export function MessageBody(
  property: string,
  ...pipes: (PipeTransform | Type<PipeTransform>)[]
): ParameterDecorator;
export function MessageBody(first?: string | Pipe, ...rest: Pipe[]): ParameterDecorator {
  if (typeof first === 'string') return messageParam(MessageParam.BODY, rest, first);
  return messageParam(MessageParam.BODY, first === undefined ? rest : [first, ...rest]);
}

/** A header of the message; undefined when it has none such. @publicApi */
export function MessageHeader(
  name: string,
  ...pipes: (PipeTransform | Type<PipeTransform>)[]
): ParameterDecorator {
  return messageParam(MessageParam.HEADER, pipes, name);
}

/** The topic of the message. @publicApi */
export function MessageTopic(...pipes: (PipeTransform | Type<PipeTransform>)[]): ParameterDecorator {
  return messageParam(MessageParam.TOPIC, pipes);
}

/**
 * How the message came, and the message itself: a {@link FedoraMessagingContext}. Pipes leave it alone.
 *
 * @publicApi
 */
export function MessageContext(): ParameterDecorator {
  return messageParam(MessageParam.CONTEXT, []);
}

/** Kept where Nest's own parameter decorators keep theirs, so that it provides the pipes, and custom decorators can stand next to these. */
function messageParam(type: number, pipes: Pipe[], data?: ParamData): ParameterDecorator {
  return (prototype, method, index) => {
    const { constructor } = prototype;
    const params = othersThanInherited(constructor, method!, index);
    const added = { ...params, [`${type}:${index}`]: { index, data, pipes } };
    Reflect.defineMetadata(ROUTE_ARGS_METADATA, added, constructor, method!);
  };
}

type Params = Record<string, { readonly index: number }>;

/** The decorated parameters of a method, without what an overridden method said of one of them. */
function othersThanInherited(target: object, method: string | symbol, index: number): Params {
  const paramsOf = (of: object): Params =>
    (Reflect.getMetadata(ROUTE_ARGS_METADATA, of, method) as Params | undefined) ?? {};
  const inherited = paramsOf(Object.getPrototypeOf(target) as object);
  const others = Object.entries(paramsOf(target)).filter(
    ([key, param]) => param.index !== index || param !== inherited[key],
  );
  return Object.fromEntries(others);
}
