import { randomUUID } from 'node:crypto';

/** The URL of an embedded broker that no other test uses. */
export function memoryUrl(): string {
  return `memory://${randomUUID()}`;
}
