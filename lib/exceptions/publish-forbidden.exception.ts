import { PublishException } from './publish.exception.js';

/**
 * The broker user may not write to this exchange, or not with this topic (AMQP reply code 403). Sending
 * the message again will not help until the permissions change.
 *
 * @publicApi
 */
export class PublishForbidden extends PublishException {}
