import { isIPv4 } from 'node:net';

/** Whether a host name or address is this machine's own, which other machines can't reach. */
export function isLoopback(name: string): boolean {
  return name === 'localhost' || name === '::1' || (isIPv4(name) && name.startsWith('127.'));
}
