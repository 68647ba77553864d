import { ConnectionException } from './connection.exception.js';

/**
 * The connection has as many channels open as the broker allows (`channel_max`). Use fewer consumers in
 * this process, or raise the limit of the broker.
 *
 * @publicApi
 */
export class NoFreeChannels extends ConnectionException {}
