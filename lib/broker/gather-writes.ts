import type { Duplex } from 'node:stream';

/**
 * Has a socket send what is written to it in one go together: with one system call, where each write takes
 * one otherwise. amqplib writes every message and every acknowledgement by itself, all that wait in one turn
 * of the event loop after each other.
 */
export function gatherWrites(socket: Duplex): void {
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
      process.nextTick(send);
    }
    return write(...args);
  };
}
