import { NoFreeChannels } from '../../exceptions/index.js';
import type { Channel, ChannelModel, ConfirmChannel } from '../port.js';
import { closed, within } from './closing.js';
import { reasonOf } from './reply-code.js';

/** @throws NoFreeChannels when the connection has as many as the broker allows. */
export function openChannel(model: ChannelModel): Promise<Channel> {
  return withoutNoFreeChannels(() => model.createChannel());
}

/** @throws NoFreeChannels when the connection has as many as the broker allows. */
export function openConfirmChannel(model: ChannelModel): Promise<ConfirmChannel> {
  return withoutNoFreeChannels(() => model.createConfirmChannel());
}

async function withoutNoFreeChannels<C>(open: () => Promise<C>): Promise<C> {
  try {
    return await open();
  } catch (error) {
    // The only sign amqplib gives of it.
    if (!reasonOf(error).startsWith('No channels left')) throw error;
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
  await within(closed(channel));
}
