import { inspect, types } from 'node:util';
import { oneLine } from './safe-text.js';

/** Longer stacks are cut: the message of the error is a part of it, and may be of any length. */
const MAX_STACK_LENGTH = 10_000;
/** How many errors of an AggregateError are told. */
const MAX_ERRORS = 10;

/**
 * What somebody else's error says, in one line that is not too long. Anything may have been thrown: an error whose
 * getters throw, a symbol, a Proxy. So this never throws.
 */
export function describeError(thrown: unknown): string {
  return oneLine(errorText(thrown));
}

/** The name of somebody else's error: `Error` where it has none that can be read. Never throws. */
export function errorName(thrown: unknown): string {
  try {
    const { name } = thrown as { name?: unknown };
    return typeof name === 'string' ? oneLine(name) : 'Error';
  } catch {
    return 'Error';
  }
}

/** The stack of somebody else's error, as far as it can be read. Never throws. */
export function stackOf(thrown: unknown): string | undefined {
  try {
    const { stack } = thrown as { stack?: unknown };
    return typeof stack === 'string' ? stack.slice(0, MAX_STACK_LENGTH) : undefined;
  } catch {
    return undefined;
  }
}

/** What was thrown if it is an error; otherwise an error that says what it is, with the original as `cause`. Never throws. */
export function toError(thrown: unknown): Error {
  return isError(thrown) ? thrown : new Error(describeError(thrown), { cause: thrown });
}

/** The same as it is: with its lines, and of any length. Never throws. */
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
  // A host with several addresses, none of which answers.
  if (error instanceof AggregateError && error.errors.length > 0) {
    return error.errors.slice(0, MAX_ERRORS).map(textOfPart).join(', ');
  }
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' ? code : String(error.name);
}

/** An AggregateError may contain itself. */
function textOfPart(error: unknown): string {
  return error instanceof AggregateError ? error.message || error.name : errorText(error);
}

function nameOfThrown(thrown: unknown): string {
  return isError(thrown) ? 'an error' : `a thrown ${typeof thrown}`;
}

/** A Proxy may refuse to say what it is. */
function isError(thrown: unknown): thrown is Error {
  try {
    return thrown instanceof Error;
  } catch {
    return false;
  }
}
