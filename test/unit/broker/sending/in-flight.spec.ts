import { describe, expect, it } from 'vitest';
import { InFlight } from '../../../../lib/broker/sending/in-flight.js';
import { PendingPublication } from '../../../../lib/broker/sending/publication.js';

const MIB = 1024 * 1024;

function pending(bytes: number): PendingPublication {
  const publication = { exchange: '', routingKey: '', content: Buffer.alloc(bytes), properties: {} };
  const nothing = (): void => undefined;
  return new PendingPublication(publication, Infinity, Infinity, nothing, nothing, nothing);
}

describe('publications in flight', () => {
  it('are 1,000 at most; one that is confirmed makes room for another', () => {
    const inFlight = new InFlight();
    const first = pending(1);
    inFlight.add(first);
    while (inFlight.hasRoom) inFlight.add(pending(1));
    expect(inFlight.size).toBe(1000);
    inFlight.delete(first);
    expect(inFlight.hasRoom).toBe(true);
  });

  it('have 16 MiB at most, but one always has room, however large', () => {
    const inFlight = new InFlight();
    while (inFlight.hasRoom) inFlight.add(pending(MIB));
    expect(inFlight.size).toBe(16);
    inFlight.clear();
    expect(inFlight.hasRoom).toBe(true);
    inFlight.add(pending(20 * MIB));
    expect(inFlight.hasRoom).toBe(false);
  });
});
