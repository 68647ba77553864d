import { isDeepStrictEqual } from 'node:util';
import type { QueueDeclaration, Table } from '../port.js';
import { described, Refusal } from './refusal.js';
import { tableOnWire, typeNameOf } from './tables.js';

/** RabbitMQ's limit for times, in milliseconds. */
const MAX_TIME_MS = 2 ** 32 - 1;

type QueueType = 'classic' | 'quorum';

/** The properties that a queue was declared with. */
export interface QueueTerms {
  readonly durable: boolean;
  readonly autoDelete: boolean;
  readonly exclusive: boolean;
  readonly type: QueueType;
  /** The arguments as they arrived. */
  readonly arguments: Table;
  /** How long a message may wait, in milliseconds. */
  readonly messageTtl: number | undefined;
  /** How long the queue may be without a consumer, in milliseconds. */
  readonly expires: number | undefined;
  readonly deadLetterExchange: string | undefined;
  readonly deadLetterRoutingKey: string | undefined;
  readonly maxLength: number;
  readonly maxLengthBytes: number;
  readonly overflow: 'drop-head' | 'reject-publish' | 'reject-publish-dlx';
  readonly maxPriority: number;
  readonly deliveryLimit: number;
  readonly hasSingleActiveConsumer: boolean;
}

/** A queue argument that the embedded broker knows. */
interface Argument {
  /** The only queue type that has the argument; undefined: all types. */
  readonly type?: QueueType;
  /** The mistake in a value, in RabbitMQ's words. */
  readonly problem?: (value: unknown) => string | undefined;
}

const OVERFLOWS = ['drop-head', 'reject-publish', 'reject-publish-dlx'];
const STRATEGIES = ['at-most-once', 'at-least-once'];
const MODES = ['default', 'lazy'];
const VERSIONS = [1, 2];

const ARGUMENTS: Readonly<Record<string, Argument>> = {
  'x-message-ttl': { problem: integer(0, MAX_TIME_MS) },
  'x-expires': { problem: integer(1, MAX_TIME_MS) },
  'x-dead-letter-exchange': {},
  'x-dead-letter-routing-key': { problem: ofType('longstr') },
  'x-max-length': { problem: integer(0) },
  'x-max-length-bytes': { problem: integer(0) },
  'x-overflow': {
    problem: (value) =>
      ofType('longstr')(value) ?? (OVERFLOWS.includes(value as string) ? undefined : 'invalid_overflow'),
  },
  'x-max-priority': {
    type: 'classic',
    problem: (value) =>
      integer(0)(value) ?? ((value as number) > 255 ? `{max_value_exceeded,${String(value)}}` : undefined),
  },
  'x-single-active-consumer': { problem: ofType('bool') },
  'x-delivery-limit': { type: 'quorum', problem: integer(0) },
  // Dead letters arrive in their queue at once, so both strategies do the same here.
  'x-dead-letter-strategy': {
    type: 'quorum',
    problem: (value) =>
      ofType('longstr')(value) ?? (STRATEGIES.includes(value as string) ? undefined : 'invalid_dlx_strategy'),
  },
  'x-queue-type': { problem: ofType('longstr') },
  // These say where and how RabbitMQ keeps messages. They change nothing here.
  'x-queue-mode': {
    type: 'classic',
    problem: (value) =>
      ofType('longstr')(value) ??
      (MODES.includes(value as string) ? undefined : `"unsupported queue mode '${String(value)}'"`),
  },
  'x-queue-version': {
    type: 'classic',
    problem: (value) =>
      integer(0)(value) ??
      (VERSIONS.includes(value as number) ? undefined : `"unsupported queue version '${String(value)}'"`),
  },
  'x-queue-master-locator': { type: 'classic', problem: ofType('longstr') },
  'x-queue-leader-locator': { type: 'quorum', problem: ofType('longstr') },
  'x-quorum-initial-group-size': { type: 'quorum', problem: integer(1) },
};

/**
 * The properties of a queue that is declared, with RabbitMQ's defaults.
 *
 * @throws Refusal when RabbitMQ refuses the declaration, or when an argument is not known here
 */
export function queueTerms(name: string, vhost: string, declaration: QueueDeclaration): QueueTerms {
  const { durable = true, autoDelete = false, exclusive = false } = declaration;
  const given = declaration.arguments ?? {};
  const args = tableOnWire(given);
  const type = queueType(name, vhost, args['x-queue-type']);
  // Only the given values still show the types of their numbers.
  for (const key of Object.keys(args)) assertArgument(name, vhost, type, key, given[key]);
  if (args['x-dead-letter-routing-key'] !== undefined && args['x-dead-letter-exchange'] === undefined) {
    throw invalid('x-dead-letter-routing-key', name, vhost, ': routing_key_but_no_dlx_defined');
  }
  if (type === 'quorum') assertQuorum(name, vhost, { durable, autoDelete, exclusive });
  return {
    durable,
    autoDelete,
    exclusive,
    type,
    arguments: args,
    messageTtl: args['x-message-ttl'] as number | undefined,
    expires: args['x-expires'] as number | undefined,
    deadLetterExchange: args['x-dead-letter-exchange'] as string | undefined,
    deadLetterRoutingKey: args['x-dead-letter-routing-key'] as string | undefined,
    maxLength: (args['x-max-length'] as number | undefined) ?? Infinity,
    maxLengthBytes: (args['x-max-length-bytes'] as number | undefined) ?? Infinity,
    overflow: (args['x-overflow'] as QueueTerms['overflow'] | undefined) ?? 'drop-head',
    maxPriority: (args['x-max-priority'] as number | undefined) ?? 0,
    deliveryLimit: (args['x-delivery-limit'] as number | undefined) ?? Infinity,
    hasSingleActiveConsumer: args['x-single-active-consumer'] === true,
  };
}

/**
 * The priority that a consumer's arguments give it; default: 0.
 *
 * @throws Refusal when RabbitMQ refuses the arguments, or when one is not known here
 */
export function consumerPriority(name: string, vhost: string, { type }: QueueTerms, given: Table): number {
  const args = tableOnWire(given);
  for (const key of Object.keys(args)) {
    if (key === 'x-priority') continue;
    if (key === 'x-stream-offset') throw invalid(key, name, vhost, ` of queue type rabbit_${type}_queue`);
    throw new Refusal(
      406,
      `the embedded broker does not know the argument '${key}' of a consumer of ${described('queue', name, vhost)}: leave it out, or use RabbitMQ`,
    );
  }
  const priority = args['x-priority'] ?? 0;
  if (Number.isInteger(priority)) return priority as number;
  throw invalid('x-priority', name, vhost, `: "expected integer, got ${typeNameOf(given['x-priority'])}"`);
}

/** @throws Refusal when the existing queue was declared with other properties */
export function assertSameTerms(
  name: string,
  vhost: string,
  current: QueueTerms,
  received: QueueTerms,
): void {
  const queue = described('queue', name, vhost);
  assertSame('durable', queue, current.durable, received.durable);
  assertSame('auto_delete', queue, current.autoDelete, received.autoDelete);
  if (current.type === received.type) {
    // A queue without x-queue-type is classic, so the argument may be missing on one side.
    assertSameArguments(
      queue,
      { ...current.arguments, 'x-queue-type': '' },
      { ...received.arguments, 'x-queue-type': '' },
    );
  } else {
    assertSameArguments(queue, current.arguments, received.arguments);
  }
}

/** @throws Refusal when a setting differs */
export function assertSame(setting: string, of: string, current: unknown, received: unknown): void {
  if (current === received) return;
  throw new Refusal(
    406,
    `inequivalent arg '${setting}' for ${of}: received '${String(received)}' but current is '${String(current)}'`,
  );
}

/** @throws Refusal when an argument differs */
export function assertSameArguments(of: string, current: Table, received: Table): void {
  for (const key of new Set([...Object.keys(current), ...Object.keys(received)])) {
    const [is, wanted] = [current[key], received[key]];
    if (isDeepStrictEqual(is, wanted)) continue;
    if (is !== undefined && wanted !== undefined) assertSame(key, of, is, wanted);
    throw new Refusal(
      406,
      `inequivalent arg '${key}' for ${of}: received ${valueText(wanted)} but current is ${valueText(is)}`,
    );
  }
}

function valueText(value: unknown): string {
  return value === undefined ? 'none' : `the value '${String(value)}' of type '${typeNameOf(value)}'`;
}

function queueType(name: string, vhost: string, given: unknown = 'classic'): QueueType {
  if (given === 'classic' || given === 'quorum') return given;
  if (given === 'stream') {
    throw new Refusal(
      406,
      `the embedded broker has no streams: ${described('queue', name, vhost)} is declared with x-queue-type 'stream', and could be 'classic' or 'quorum'`,
    );
  }
  const problem = ofType('longstr')(given) ?? `"unsupported queue type '${String(given)}'"`;
  throw invalid('x-queue-type', name, vhost, `: ${problem}`);
}

function assertArgument(name: string, vhost: string, type: QueueType, key: string, value: unknown): void {
  if (!Object.hasOwn(ARGUMENTS, key)) {
    throw new Refusal(
      406,
      `the embedded broker does not know the argument '${key}' of ${described('queue', name, vhost)}: leave it out, or use RabbitMQ`,
    );
  }
  const argument = ARGUMENTS[key]!;
  if (argument.type !== undefined && argument.type !== type) {
    throw invalid(key, name, vhost, ` of queue type rabbit_${type}_queue`);
  }
  if (key === 'x-dead-letter-exchange' && typeof value !== 'string') {
    throw new Refusal(
      406,
      `invalid type '${typeNameOf(value)}' for arg '${key}' in ${described('queue', name, vhost)}`,
    );
  }
  const problem = argument.problem?.(value);
  if (problem !== undefined) throw invalid(key, name, vhost, `: ${problem}`);
}

function assertQuorum(
  name: string,
  vhost: string,
  { durable, autoDelete, exclusive }: Pick<QueueTerms, 'durable' | 'autoDelete' | 'exclusive'>,
): void {
  const [property] = [
    ...(durable ? [] : ['non-durable']),
    ...(autoDelete ? ['auto-delete'] : []),
    ...(exclusive ? ['exclusive-owner'] : []),
  ];
  if (property === undefined) return;
  throw new Refusal(406, `invalid property '${property}' for ${described('queue', name, vhost)}`);
}

function invalid(key: string, name: string, vhost: string, problem: string): Refusal {
  return new Refusal(406, `invalid arg '${key}' for ${described('queue', name, vhost)}${problem}`);
}

function ofType(type: string): (value: unknown) => string | undefined {
  return (value) => (typeNameOf(value) === type ? undefined : `{unacceptable_type,${typeNameOf(value)}}`);
}

function integer(min: 0 | 1, max = Infinity): (value: unknown) => string | undefined {
  return (given) => {
    const value = Number((given as { value?: unknown } | null)?.value ?? given);
    if (!Number.isInteger(value) || typeof given === 'string')
      return `"expected integer, got ${typeNameOf(given)}"`;
    return integerProblem(value, min, max);
  };
}

/** The mistake in a number, in RabbitMQ's words. */
export function integerProblem(value: number, min: 0 | 1, max: number): string | undefined {
  if (value < 0) return `{value_negative,${value}}`;
  if (value < min) return '{value_zero,0}';
  return value > max ? `{value_too_large,${value}}` : undefined;
}
