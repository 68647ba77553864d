import { ConfigurationException } from '../exceptions/index.js';
import type { HandlerHost } from '../discovery/index.js';
import { type AnyMessageClass, isMessageClass, Message } from '../message/index.js';
import { ROUTE_ARGS_METADATA } from '../nest/index.js';
import { assertNotOfHttp, type ParamsMetadata } from './message-params.js';
import { nearestClass } from './nearest-class.js';

/**
 * The `design:paramtypes` of interfaces, unions, and classes imported by `import type`. A class that is not defined
 * yet is emitted as undefined.
 */
const UNKNOWN_TYPES: readonly Function[] = [Object, Function];

/**
 * Refuses a method with a parameter of an HTTP request, or whose first parameter can't take its messages. The
 * compiler does not refuse a parameter type that is not a message, because it does not see parameter decorators. With
 * `emitDecoratorMetadata` it emits the type, which is checked here.
 *
 * @param classes the messages that the method gets
 * @throws ConfigurationException
 */
export function assertParameters(
  host: HandlerHost,
  method: string | symbol,
  classes: readonly AnyMessageClass[],
): void {
  const { prototype } = host;
  const declared = decoratedParams(prototype, method);
  assertNotOfHttp(`${host.name}.${String(method)}`, declared);
  const [type] = (Reflect.getMetadata('design:paramtypes', prototype, method) ?? []) as unknown[];
  if (typeof type !== 'function' || UNKNOWN_TYPES.includes(type)) return;
  if (Object.values(declared).some(({ index }) => index === 0)) return;
  const accepted = new Set([type]);
  if (classes.every((messageClass) => nearestClass(messageClass, accepted))) return;
  throw new ConfigurationException(
    `${host.name}.${String(method)}: the first parameter is of type ${type.name}, but the method gets ${describeClasses(classes)}: ${remedy(type, classes)}`,
  );
}

function decoratedParams({ constructor }: object, method: string | symbol): ParamsMetadata {
  return (Reflect.getMetadata(ROUTE_ARGS_METADATA, constructor, method) as ParamsMetadata | undefined) ?? {};
}

function describeClasses(classes: readonly AnyMessageClass[]): string {
  if (classes.includes(Message)) return 'any message';
  return `messages of ${classes.map(({ name }) => name).join(' and ')}`;
}

function remedy(type: Function, classes: readonly AnyMessageClass[]): string {
  if (!isMessageClass(type)) return 'make it a Message, or decorate it, for example with @MessageBody()';
  if (!classes.includes(Message)) return `make it ${classes.map(({ name }) => name).join(' | ')}, or Message`;
  return `make it a Message, or name the class: messages: [${type.name}]`;
}
