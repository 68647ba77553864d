import type { Duplex } from 'node:stream';
// Imported, so that the real one is called also where a test's fake timers have replaced the global one.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Channel, ChannelModel } from '../port.js';
import { socketOf } from './internals.js';

/** amqplib writes the frames of a closed channel in the turn of the event loop after the next one, if the socket takes them. */
const TURNS = 2;

/** Connections on which frames of closed channels may wait to be written; each resolves when all have been. */
const leaving = new WeakMap<ChannelModel, Promise<void>>();

/**
 * Watches a channel, so that {@link whenNumbersAreFree} waits when it is closed.
 *
 * amqplib gives the number of a channel that the broker closed to the next channel at once. Frames of the old channel
 * may still wait for the socket then. The new channel's first frames get between them, and RabbitMQ closes the whole
 * connection (505, UNEXPECTED_FRAME).
 */
export function watchNumber(model: ChannelModel, channel: Channel): void {
  channel.once('close', () => {
    const written = whenWritten(model).finally(() => {
      if (leaving.get(model) === written) leaving.delete(model);
    });
    leaving.set(model, written);
  });
}

/** Resolves when frames of closed channels have all been written: a channel may be opened then. */
export async function whenNumbersAreFree(model: ChannelModel): Promise<void> {
  for (let written = leaving.get(model); written; written = leaving.get(model)) await written;
}

async function whenWritten(model: ChannelModel): Promise<void> {
  const socket = socketOf(model);
  for (let turns = 0; socket && !socket.destroyed && turns < TURNS; turns++) {
    await nextTurn();
    if (!socket.writableNeedDrain) continue;
    await whenWritable(socket);
    turns = -1;
  }
}

/** Resolves when the socket takes more, or is closed. */
function whenWritable(socket: Duplex): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off('drain', done).off('close', done);
      resolve();
    };
    socket.on('drain', done).on('close', done);
  });
}
