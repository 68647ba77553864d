import { setTimeout as pause } from 'node:timers/promises';
import type { Publisher } from 'nestjs-fedora-messaging';
import { UpdateRequested } from './messages/update-requested.message.js';

const PAUSE_MS = 2_000;
const PEOPLE = ['ann', 'ben', 'carol'];
const BUILDS = [
  'bash-5.3.0-1.fc43',
  'kernel-6.12.1-100.fc43',
  'nodejs-22.12.0-1.fc43',
  'vim-9.1.1000-1.fc43',
];

/** Publishes an update every two seconds, so that the live page has something to show. Ctrl+C and SIGTERM end it. */
export async function publishUpdatesUntilStopped(publisher: Publisher): Promise<void> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  for (let number = 2; !stop.signal.aborted; number++) {
    const agent = PEOPLE[number % PEOPLE.length]!;
    const update = { alias: `FEDORA-2026-${number}`, builds: [{ nvr: BUILDS[number % BUILDS.length]! }] };
    await publisher.publish(new UpdateRequested({ body: { agent, update } }));
    await pause(PAUSE_MS, undefined, { signal: stop.signal }).catch(() => undefined);
  }
}
