import { describe, expect, it } from 'vitest';
import { FedoraMessagingService } from '../../lib/index.js';
import { startApp } from '../support/application.js';
import { captureLog } from '../support/captured-log.js';
import { amqpUrl, RawClient, TEMPORARY, unique } from '../support/shared-rabbitmq.js';

/** Holds the event loop, as a computation does. */
function hold(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

describe('a handler that holds the event loop for longer than the heartbeat', () => {
  it.each([
    ['before it waits for anything', (): void => hold(2_000)],
    ['after it has waited for something', () => new Promise(setImmediate).then(() => hold(2_000))],
  ])('is warned about, by name and with advice: %s', async (_, work) => {
    const log = captureLog();
    const service = (await startApp({ options: { amqpUrl: `${amqpUrl()}?heartbeat=1` } })).get(
      FedoraMessagingService,
    );
    const raw = await RawClient.open();
    const queues = [unique('held'), unique('idle')];
    for (const queue of queues) raw.deleteLater(queue);
    let isFirst = true;
    await service.consume(
      function countAll() {
        if (!isFirst) return undefined;
        isFirst = false;
        return work();
      },
      { queues: { [queues[0]!]: TEMPORARY }, bindings: [] },
    );
    await service.consume(function doNothing() {}, { queues: { [queues[1]!]: TEMPORARY }, bindings: [] });
    const warnings = (): string[] =>
      log.map(({ text }) => text).filter((text) => text.includes('event loop was held'));
    raw.send(queues[0]!, '{}');
    await expect
      .poll(warnings)
      .toEqual([
        expect.stringMatching(
          /^The event loop was held for [\d.]+ s while countAll had a message in hand\..* heartbeat of 1 s.*worker thread/,
        ),
      ]);
  });

  it('gets no warning when the event loop is held while no message is handled', async () => {
    const log = captureLog();
    const service = (await startApp({ options: { amqpUrl: `${amqpUrl()}?heartbeat=1` } })).get(
      FedoraMessagingService,
    );
    const raw = await RawClient.open();
    const queue = unique('idle');
    raw.deleteLater(queue);
    await service.consume(() => undefined, { queues: { [queue]: TEMPORARY }, bindings: [] });
    hold(1_600);
    // The watch looks every half second.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(log.filter(({ text }) => text.includes('event loop was held'))).toEqual([]);
  });
});
