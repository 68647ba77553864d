import type { ParamData, PipeTransform, Type } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '../../nest/index.js';
import { MessageParam } from '../message-params.js';

type Pipe = PipeTransform | Type<PipeTransform>;

/**
 * Injects the body of the message: an instance of the schema's body class if it has one.
 *
 * @param pipes pipes for the value, as for any parameter in Nest
 * @publicApi
 */
export function MessageBody(...pipes: (PipeTransform | Type<PipeTransform>)[]): ParameterDecorator;
/**
 * Injects one property of the message's body.
 *
 * @param property its name; the value is undefined if the body has no such property
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

/** Injects a header of the message; undefined if the message does not have it. @publicApi */
export function MessageHeader(
  name: string,
  ...pipes: (PipeTransform | Type<PipeTransform>)[]
): ParameterDecorator {
  return messageParam(MessageParam.HEADER, pipes, name);
}

/** Injects the topic of the message. @publicApi */
export function MessageTopic(...pipes: (PipeTransform | Type<PipeTransform>)[]): ParameterDecorator {
  return messageParam(MessageParam.TOPIC, pipes);
}

/**
 * Injects the {@link FedoraMessagingContext}: the message, and how it came. Pipes do not apply to it.
 *
 * @publicApi
 */
export function MessageContext(): ParameterDecorator {
  return messageParam(MessageParam.CONTEXT, []);
}

/**
 * Stores the parameter under Nest's own metadata key: so Nest provides the pipes, and custom parameter decorators
 * work beside these.
 */
function messageParam(type: number, pipes: Pipe[], data?: ParamData): ParameterDecorator {
  return (prototype, method, index) => {
    const { constructor } = prototype;
    const params = paramsWithoutOverridden(constructor, method!, index);
    const added = { ...params, [`${type}:${index}`]: { index, data, pipes } };
    Reflect.defineMetadata(ROUTE_ARGS_METADATA, added, constructor, method!);
  };
}

type Params = Record<string, { readonly index: number }>;

/** The decorated parameters of a method, without an inherited decorator of the parameter at `index`. */
function paramsWithoutOverridden(target: object, method: string | symbol, index: number): Params {
  const paramsOf = (of: object): Params =>
    (Reflect.getMetadata(ROUTE_ARGS_METADATA, of, method) as Params | undefined) ?? {};
  const inherited = paramsOf(Object.getPrototypeOf(target) as object);
  const others = Object.entries(paramsOf(target)).filter(
    ([key, param]) => param.index !== index || param !== inherited[key],
  );
  return Object.fromEntries(others);
}
