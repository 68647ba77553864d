import { PublishException } from './publish.exception.js';

/**
 * The broker did not accept the message. It rejected the message (`basic.nack`: a full queue with
 * `x-overflow: reject-publish`, or an internal error), refused it because it is too large, or returned it as unroutable
 * (only when published with `mandatory`). Log the error, and resend or discard the message.
 *
 * @publicApi
 */
export class PublishReturned extends PublishException {}
