import { isDeepStrictEqual } from 'node:util';
import type { BenchBroker } from './bench-broker.js';
import type { ContenderDescription } from './contenders.js';
import type { ContenderTasks } from './contender/protocol.js';
import { UpdateBodies } from './contender/update-body.js';
import { propertiesOf } from './contender/wire.js';
import { WorkerProcess } from './worker-process.js';

const BODY_SIZE = 1_000;
const SENT_AT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/**
 * Lets every contender publish a message, and compares the messages in the broker: a contender that sends less than the
 * others is not faster.
 */
export async function checkWire(
  broker: BenchBroker,
  contenders: readonly ContenderDescription[],
): Promise<void> {
  await Promise.all(contenders.map((contender) => checkOne(broker, contender)));
}

async function checkOne(broker: BenchBroker, { name, module }: ContenderDescription): Promise<void> {
  const queue = await broker.addQueue();
  const process = WorkerProcess.start<ContenderTasks>(module);
  try {
    const { amqpUrl } = broker;
    const { topic } = queue;
    await process.do('publish', { amqpUrl, topic, bodySize: BODY_SIZE, warmUp: 0, count: 1, inFlight: 1 });
    const message = await broker.take(queue);
    const body = new UpdateBodies(BODY_SIZE).at(0);
    const { persistent, ...expected } = propertiesOf(body);
    const { contentType, contentEncoding, deliveryMode, messageId, headers } = message?.properties ?? {};
    const isSame =
      isDeepStrictEqual(JSON.parse(message?.content.toString() ?? 'null'), body) &&
      isDeepStrictEqual(
        { contentType, contentEncoding, persistent: deliveryMode === 2, headers: withoutTime(headers) },
        {
          contentType: expected.contentType,
          contentEncoding: expected.contentEncoding,
          persistent,
          headers: withoutTime(expected.headers),
        },
      ) &&
      UUID.test(String(messageId)) &&
      SENT_AT.test(String(headers?.['sent-at']));
    if (!isSame) {
      throw new Error(
        `${name} publishes something else than the others: ${JSON.stringify(message?.properties)} ${message?.content.toString()}`,
      );
    }
    await broker.removeQueue(queue);
  } finally {
    await process.stop();
  }
}

function withoutTime(headers: Record<string, unknown> = {}): Record<string, unknown> {
  const { 'sent-at': _, ...others } = headers;
  return others;
}
