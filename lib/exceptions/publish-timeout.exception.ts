import { PublishException } from './publish.exception.js';

/**
 * The broker did not confirm the message in time. It was never sent, or it was sent and its
 * confirmation was lost: the broker may have it. It will not be sent again.
 *
 * @publicApi
 */
export class PublishTimeout extends PublishException {}
