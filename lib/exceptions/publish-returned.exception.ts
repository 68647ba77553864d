import { PublishException } from './publish.exception.js';

/**
 * The broker rejected the message (`basic.nack`: a full queue with `x-overflow: reject-publish`, an
 * internal error), refused it (it is larger than the broker takes), or returned it as unroutable (only when
 * published with `mandatory`). Log it and resend or discard the message.
 *
 * @publicApi
 */
export class PublishReturned extends PublishException {}
