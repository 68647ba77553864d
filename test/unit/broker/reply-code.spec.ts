import { describe, expect, it } from 'vitest';
import {
  isConnectionRefusal,
  isLoginRefused,
  isPassingRefusal,
  isRefusal,
} from '../../../lib/broker/reply-code.js';

/** The error that amqplib makes when the broker closes a channel. */
function refusal(code: number, reason: string): Error {
  return Object.assign(new Error(`Channel closed by server: ${code} (X) with message "${reason}"`), { code });
}

describe('a refusal of the broker', () => {
  it.each([
    [404, "NOT_FOUND - home node 'rabbit@one' of durable queue 'q' in vhost '/' is down or inaccessible"],
    [404, "NOT_FOUND - failed to perform operation on queue 'q' in vhost '/': it timed out"],
    [404, "NOT_FOUND - queue 'q' in vhost '/' is not currently available"],
    [404, "NOT_FOUND - queue 'q' in vhost '/' is not available"],
    [405, "RESOURCE_LOCKED - cannot obtain exclusive access to locked queue 'q' in vhost '/'"],
    [541, "INTERNAL_ERROR - {nodedown,'rabbit@one'}"],
    [541, "INTERNAL_ERROR - Cannot declare a queue 'queue 'q' in vhost '/'' on node 'rabbit@one': timeout"],
    [541, "INTERNAL_ERROR - failed consuming from quorum queue 'q' in vhost '/': noproc"],
  ])('may pass by itself: %i %s', (code, reason) => {
    expect(isPassingRefusal(refusal(code, reason))).toBe(true);
    expect(isPassingRefusal(new Error('refused', { cause: refusal(code, reason) }))).toBe(true);
  });

  it.each([
    "no queue 'nodedown-alerts' in vhost '/'",
    "no queue 'home node' in vhost '/'",
    "no queue 'orders timed out' in vhost '/'",
    "no queue 'it's not available' in vhost '/'",
    "no queue 'x' nodedown 'y' in vhost '/'",
    "no queue 'q' in vhost 'nodedown'",
    "no exchange 'timed out' in vhost '/'",
  ])('is not taken to pass because of a name in its text: %s', (reason) => {
    expect(isPassingRefusal(refusal(404, `NOT_FOUND - ${reason}`))).toBe(false);
  });
});

describe('the code with which the broker closes a channel', () => {
  it.each([403, 404, 405, 406])('is a refusal: %i', (code) => {
    expect(isRefusal(refusal(code, 'NO'))).toBe(true);
  });

  it.each([311, 320, 504, 541])('is not a refusal: %i', (code) => {
    expect(isRefusal(refusal(code, 'NO'))).toBe(false);
    expect(isRefusal(new Error('ECONNRESET'))).toBe(false);
  });
});

describe('the code with which the broker closes a connection', () => {
  it.each([503, 530, 540, 541])('is the refusal of an operation: %i', (code) => {
    expect(isConnectionRefusal(refusal(code, 'NO'))).toBe(true);
  });

  it.each([320, 404, 501, 504, 505])('is not the refusal of an operation: %i', (code) => {
    expect(isConnectionRefusal(refusal(code, 'NO'))).toBe(false);
    expect(isConnectionRefusal(undefined)).toBe(false);
  });
});

describe('whether a list of nodes refuses a login', () => {
  const [login, away] = [refusal(403, 'ACCESS_REFUSED - no'), new Error('ECONNREFUSED')];

  it.each([
    ['each of them does', [login, login], true],
    ['one of them is away', [login, away], false],
    ['none of them has answered', [], false],
  ])('when %s', (_, errors, isFinal) => {
    expect(isLoginRefused(new AggregateError(errors))).toBe(isFinal);
  });
});

describe('a connection that is refused with 530', () => {
  it.each([
    [true, 'NOT_ALLOWED - vhost nothing not found'],
    [true, "NOT_ALLOWED - access to vhost '/' refused for user 'guest'"],
    [true, "NOT_ALLOWED - access to vhost 'connection limit (1) is reached' refused for user 'guest'"],
    [false, "NOT_ALLOWED - access to vhost '/' refused for user 'guest': connection limit (1) is reached"],
    [false, "NOT_ALLOWED - connection refused for user 'guest': user connection limit (1) is reached"],
  ])('is a refused login, or may pass (%s): %s', (isFinal, reason) => {
    expect(isLoginRefused(refusal(530, reason))).toBe(isFinal);
  });
});
