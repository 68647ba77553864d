import { NoFreeChannels } from '../../exceptions/index.js';
import { settlesWithin } from '../../time-limits/index.js';
import { isNoChannelsLeft, watchNumber, whenNumbersAreFree } from '../amqplib/index.js';
import type { Channel, ChannelModel, ConfirmChannel } from '../port.js';
import { CLOSE_TIMEOUT, closed } from './closing.js';

/** @throws NoFreeChannels when the connection has as many as the broker allows. */
export function openChannel(model: ChannelModel): Promise<Channel> {
  return open(model, () => model.createChannel());
}

/** @throws NoFreeChannels when the connection has as many as the broker allows. */
export function openConfirmChannel(
  model: ChannelModel,
  options: { readonly highWaterMark: number },
): Promise<ConfirmChannel> {
  return open(model, () => model.createConfirmChannel(options));
}

async function open<C extends Channel>(model: ChannelModel, create: () => Promise<C>): Promise<C> {
  await whenNumbersAreFree(model);
  try {
    const channel = await create();
    watchNumber(model, channel);
    return channel;
  } catch (error) {
    if (!isNoChannelsLeft(error)) throw error;
    throw new NoFreeChannels(
      'The connection has as many channels as the broker allows (channel_max): use fewer consumers in one process, or raise the limit',
      { cause: error },
    );
  }
}

/**
 * Closes a channel, also one that is closed already. What it has not acknowledged goes back; where the
 * broker does not answer in time, when the connection goes.
 */
export async function closeChannel(channel: Channel): Promise<void> {
  await settlesWithin(closed(channel), CLOSE_TIMEOUT);
}
