import { describe, expect, it } from 'vitest';
import { consumerExitCodeOf } from '../../../lib/exceptions/index.js';
import {
  BadDeclaration,
  ConnectionException,
  ConsumerCanceled,
  HaltConsumer,
  PermissionException,
} from '../../../lib/index.js';

describe('the exit code of a stopped consumer', () => {
  it.each<[number, Error | undefined]>([
    [0, undefined],
    [0, new HaltConsumer()],
    [7, new HaltConsumer({ exitCode: 7 })],
    [13, new HaltConsumer({ exitCode: 256 })],
    [10, new BadDeclaration('queue', { queue: 'a' }, 'PRECONDITION_FAILED')],
    [12, new ConsumerCanceled('a')],
    [14, new ConnectionException('no broker')],
    [15, new PermissionException('queue', { queue: 'a' }, 'ACCESS_REFUSED')],
    [13, new TypeError('of the handler')],
  ])('is %i for %s', (code, error) => {
    expect(consumerExitCodeOf(error)).toBe(code);
  });
});
