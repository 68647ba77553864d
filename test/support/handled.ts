import type { INestApplicationContext } from '@nestjs/common';
import { expect } from 'vitest';
import { type ConsumedStatistics, FedoraMessagingService, Message, Publisher } from '../../lib/index.js';

/** Publishes messages, one after the other, and waits until each has its outcome. */
export async function publishAndSettle(
  app: INestApplicationContext,
  ...messages: Message<object>[]
): Promise<Readonly<ConsumedStatistics>> {
  const service = app.get(FedoraMessagingService);
  const settled = (): number => {
    const { processed, dropped, rejected, failed } = service.statistics.consumed;
    return processed + dropped + rejected + failed;
  };
  for (const message of messages) {
    const before = settled();
    await app.get(Publisher).publish(message);
    await expect.poll(settled).toBeGreaterThan(before);
  }
  return service.statistics.consumed;
}
