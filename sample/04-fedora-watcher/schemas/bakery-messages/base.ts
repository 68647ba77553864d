// bakery-messages 1.0.0 (MIT), by `fedora-messaging schemas import bakery-messages`. To change a class, extend it.
// Checksum: d607f7ee8807112a110280352cac975ae2b16e46c58d0fb231e9b24ebb6d8b2f

import { Message } from 'nestjs-fedora-messaging';
import * as py from 'nestjs-fedora-messaging/python';

/** A message of the bakery. */
export abstract class BakeryMessage<Body extends object = Record<string, unknown>> extends Message<Body> {
  override get appName(): string | null {
    return 'Bakery';
  }

  override get agentName(): string | null {
    return py.item(this.body, 'agent') as string | null;
  }

  override get usernames(): readonly string[] {
    return [py.item(this.body, 'agent')] as unknown as string[];
  }

  override toString(): string {
    return this.summary;
  }
}
