import { PublishException } from './publish.exception.js';

/**
 * The broker user has no permission to write to this exchange, or to write with this topic (AMQP reply code 403).
 * Sending the message again fails until the permissions change.
 *
 * @publicApi
 */
export class PublishForbidden extends PublishException {}
