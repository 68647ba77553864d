import { describe, expect, it } from 'vitest';
import { publishExitCodeOf } from '../../../lib/exceptions/index.js';
import {
  ConnectionException,
  PublishForbidden,
  PublishReturned,
  PublishTimeout,
  ValidationError,
} from '../../../lib/index.js';

describe('the exit code of the command publish', () => {
  it.each([
    [111, new PublishTimeout('no broker')],
    [111, new ConnectionException('wrong password')],
    [121, new PublishReturned('unroutable')],
    [121, new PublishForbidden('no permission')],
    [2, new ValidationError('The message', [{ path: '', message: 'is wrong' }])],
    [1, new Error('anything else')],
  ])('is %i for %s', (code, error) => {
    expect(publishExitCodeOf(error)).toBe(code);
  });
});
