import type { Duplex } from 'node:stream';
// Imported, because a test's fake timers replace the global function.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Closable } from '../port.js';

/** How many turns of the event loop amqplib takes to write the frames of a closed channel, if the socket takes them. */
const TURNS = 2;

/**
 * Delays new channels of a connection until the frames of closed channels are written. amqplib gives the number of a
 * channel that the broker closed to the next channel at once. Frames of the old channel may still wait for the socket
 * then. The new channel's first frames get between them, and RabbitMQ closes the whole connection (505,
 * UNEXPECTED_FRAME).
 */
export class ChannelNumbers {
  /** Resolves when the frames of closed channels have been written; undefined when none wait. */
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

  /** Resolves when a channel may be opened: the frames of closed channels have all been written. */
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
