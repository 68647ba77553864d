// Imported, because a test's fake timers replace the global function.
import { nextTick } from 'node:process';
import type { Duplex } from 'node:stream';

/**
 * Makes a socket send all writes of the current call together, usually with one system call. Otherwise each write takes
 * a system call, and amqplib writes each message and each acknowledgement separately.
 */
export function corkWrites(socket: Duplex): void {
  const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
  let isGathering = false;
  const send = (): void => {
    isGathering = false;
    socket.uncork();
  };
  socket.write = (...args: unknown[]) => {
    if (!isGathering) {
      isGathering = true;
      socket.cork();
      nextTick(send);
    }
    return write(...args);
  };
}
