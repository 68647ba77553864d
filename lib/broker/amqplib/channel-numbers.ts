import type { Duplex } from 'node:stream';
// Imported, so that the real one is called also where a test's fake timers have replaced the global one.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Closable } from '../port.js';

/** amqplib writes the frames of a closed channel in the turn of the event loop after the next one, if the socket takes them. */
const TURNS = 2;

/**
 * The channel numbers of one connection. amqplib gives the number of a channel that the broker closed to the next channel at
 * once. Frames of the old channel may still wait for the socket then. The new channel's first frames get between them, and
 * RabbitMQ closes the whole connection (505, UNEXPECTED_FRAME).
 */
export class ChannelNumbers {
  /** Frames of closed channels wait to be written; resolves when all have been. */
  private leaving: Promise<void> | undefined;

  /** @param socket of the connection */
  constructor(private readonly socket: Duplex | undefined) {}

  /** Watches a channel, so that {@link whenFree} waits when the channel is closed. */
  watch(channel: Closable): void {
    channel.once('close', () => {
      const written = this.whenWritten().finally(() => {
        if (this.leaving === written) this.leaving = undefined;
      });
      this.leaving = written;
    });
  }

  /** Resolves when frames of closed channels have all been written: a channel may be opened then. */
  async whenFree(): Promise<void> {
    while (this.leaving) await this.leaving;
  }

  private async whenWritten(): Promise<void> {
    const { socket } = this;
    for (let turns = 0; socket && !socket.destroyed && turns < TURNS; turns++) {
      await nextTurn();
      if (!socket.writableNeedDrain) continue;
      await whenWritable(socket);
      turns = -1;
    }
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
