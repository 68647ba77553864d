import { inspect, types } from 'node:util';
import { oneLine } from './safe-text.js';

/** Longer stacks are cut: a stack contains the message of the error, which may be of any length. */
const MAX_STACK_LENGTH = 10_000;
/** How many errors of an AggregateError are described. */
const MAX_ERRORS = 10;

/**
 * Describes a thrown value in one line of limited length. Never throws, because foreign code may throw anything: an
 * error whose getters throw, a symbol, a Proxy.
 */
export function describeError(thrown: unknown): string {
  return oneLine(errorText(thrown));
}

/** The name of a thrown value; `Error` when it has no readable name. Never throws. */
export function errorName(thrown: unknown): string {
  try {
    const { name } = thrown as { name?: unknown };
    return typeof name === 'string' ? oneLine(name) : 'Error';
  } catch {
    return 'Error';
  }
}

/** The stack of a thrown value; undefined when it has no readable stack. Never throws. */
export function stackOf(thrown: unknown): string | undefined {
  try {
    const { stack } = thrown as { stack?: unknown };
    return typeof stack === 'string' ? stack.slice(0, MAX_STACK_LENGTH) : undefined;
  } catch {
    return undefined;
  }
}

/** Returns a thrown error unchanged; wraps any other value in an error, with the value as `cause`. Never throws. */
export function toError(thrown: unknown): Error {
  return isError(thrown) ? thrown : new Error(describeError(thrown), { cause: thrown });
}

/** Like {@link describeError}, but keeps line breaks, and does not limit the length. Never throws. */
export function errorText(thrown: unknown): string {
  try {
    if (typeof thrown === 'string') return thrown;
    if (isError(thrown) || types.isNativeError(thrown)) return textOfError(thrown);
    return inspect(thrown, { breakLength: Infinity });
  } catch {
    return `${nameOfThrown(thrown)} that can't be described`;
  }
}

function textOfError(error: Error): string {
  const message: unknown = error.message;
  if (typeof message !== 'string') return inspect(message);
  if (message !== '') return message;
  // For example a host with several addresses, when no address answers.
  if (error instanceof AggregateError && error.errors.length > 0) {
    return error.errors.slice(0, MAX_ERRORS).map(textOfPart).join(', ');
  }
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' ? code : String(error.name);
}

/** Does not recurse into an AggregateError, because it may contain itself. */
function textOfPart(error: unknown): string {
  return error instanceof AggregateError ? error.message || error.name : errorText(error);
}

function nameOfThrown(thrown: unknown): string {
  return isError(thrown) ? 'an error' : `a thrown ${typeof thrown}`;
}

/** Never throws, although `instanceof` throws for some Proxies. */
function isError(thrown: unknown): thrown is Error {
  try {
    return thrown instanceof Error;
  } catch {
    return false;
  }
}
