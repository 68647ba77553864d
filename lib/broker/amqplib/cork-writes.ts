// Imported, so that the real one is called also where a test's fake timers have replaced the global one.
import { nextTick } from 'node:process';
import type { Duplex } from 'node:stream';

/**
 * Has a socket send together what is written to it in one go: as a rule with one system call, where otherwise
 * each write takes one, as every message and every acknowledgement is written by itself.
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
