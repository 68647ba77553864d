import { PublishException } from './publish.exception.js';

/**
 * The broker did not confirm the message in time. Either the message was never sent, or it was sent and no confirmation
 * arrived: the broker may have it. The library does not send it again.
 *
 * @publicApi
 */
export class PublishTimeout extends PublishException {}
