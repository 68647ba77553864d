import { Injectable } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import {
  Consumer,
  Drop,
  FedoraMessagingContext,
  FedoraMessagingService,
  HaltConsumer,
  Message,
  MessageSchema,
  Nack,
} from '../../../lib/index.js';
import { Buses } from '../../../lib/module/index.js';
import { PageActions } from '../../../lib/page/actions/page-actions.js';
import { startApp } from '../../support/application.js';
import { captureLog } from '../../support/captured-log.js';
import { memoryUrl } from '../../support/memory-url.js';

@MessageSchema('page.actions.order', {
  topic: 'page.actions.order',
  bodySchema: {
    type: 'object',
    required: ['bread'],
    properties: { bread: { type: 'string', examples: ['rye'] } },
  },
})
class Order extends Message<{ bread: string }> {}

@MessageSchema('page.actions.any')
class WithoutTopic extends Message {}

@MessageSchema('page.actions.pattern', {
  topic: 'page.actions.pattern',
  bodySchema: {
    type: 'object',
    required: ['alias'],
    properties: { alias: { type: 'string', pattern: '^FEDORA-' } },
  },
})
class WithPattern extends Message {}

@MessageSchema('page.actions.strict', { topic: 'page.actions.strict' })
class Strict extends Message<{ bread?: string }> {
  constructor(init?: ConstructorParameters<typeof Message<{ bread?: string }>>[0]) {
    super(init);
    if (this.body.bread === 'burnt') throw new RangeError('burnt bread is not sold');
  }
}

/** An application whose handler does what the test says, and its actions. */
async function startBakery({ handle = () => undefined as unknown } = {}) {
  const log = captureLog();
  const received: FedoraMessagingContext[] = [];
  let behave = handle;

  @Injectable()
  class Baker {
    @Consumer({
      queues: { bakery: { durable: false, autoDelete: false, exclusive: false, arguments: {} } },
      bindings: [{ exchange: 'amq.topic', routingKeys: ['page.actions.#'] }],
      onError: 'drop',
    })
    onMessage(_message: Message, context: FedoraMessagingContext): unknown {
      received.push(context);
      return behave();
    }
  }

  const app = await startApp({ options: { amqpUrl: memoryUrl() }, providers: [Baker] });
  const settled: unknown[][] = [];
  const outcomes = new Map<number, 'failed' | 'processed'>();
  const actions = new PageActions(() => [...app.get(Buses)].map(({ bus }) => bus), {
    // Messages are known by their place among the received ones.
    delivery: (seq) =>
      received[seq] && { bus: 'default', context: received[seq], outcome: outcomes.get(seq) ?? 'failed' },
    handAgain: (seq) => (outcome, milliseconds, error) => {
      settled.push([seq, outcome, milliseconds, error]);
      return { seq: 99, ...(error !== undefined && { error: (error as Error).message }) } as never;
    },
  });
  const service = app.get(FedoraMessagingService);
  const texts = (): string[] =>
    log.flatMap(({ text }) => /^(.* on the live page) \(bus 'default'\)$/.exec(text)?.[1] ?? []);
  return {
    actions,
    service,
    received,
    settled,
    outcomes,
    texts,
    behaveAs: (next: () => unknown) => (behave = next),
  };
}

const BAKER = { bus: 'default', consumer: 'Baker.onMessage', queue: 'bakery' };

describe('a visitor of the live page', () => {
  it('pauses a consumer and resumes it, and the log has the name of the visitor', async () => {
    const { actions, service, received, texts } = await startBakery();
    const [consumer] = service.consumers;
    expect(await actions.pause(BAKER, 'ann')).toEqual({
      text: "The consumer Baker.onMessage of queue 'bakery' is paused.",
    });
    expect(consumer!.isPaused).toBe(true);
    await service.publish(new Order({ body: { bread: 'rye' } }));
    expect(received).toHaveLength(0);

    expect(await actions.resume(BAKER, 'ben')).toEqual({
      text: "The consumer Baker.onMessage of queue 'bakery' consumes again.",
    });
    await expect.poll(() => received.length).toBe(1);
    expect(texts()).toEqual([
      "ann pauses the consumer Baker.onMessage of queue 'bakery' on the live page",
      "ben resumes the consumer Baker.onMessage of queue 'bakery' on the live page",
    ]);
  });

  it('gets an answer while a paused consumer still has a message in hand', async () => {
    let finish!: () => void;
    const { actions, service, received } = await startBakery({
      handle: () => new Promise<void>((resolve) => (finish = resolve)),
    });
    await service.publish(new Order({ body: { bread: 'rye' } }));
    await expect.poll(() => received.length).toBe(1);
    const { text } = await actions.pause(BAKER, 'ann');
    expect(text).toContain('finishes the messages in hand');
    finish();
  });

  it('is told that the consumer has stopped, and why, when its handler halts it instead of pausing', async () => {
    let fail!: (reason: Error) => void;
    const { actions, service, received } = await startBakery({
      handle: () => new Promise<void>((_, reject) => (fail = reject)),
    });
    await service.publish(new Order({ body: { bread: 'rye' } }));
    await expect.poll(() => received.length).toBe(1);
    const answer = actions.pause(BAKER, 'ann');
    fail(new HaltConsumer({ reason: 'the oven is cold' }));
    await expect(answer).rejects.toMatchObject({
      status: 409,
      reason: "The consumer Baker.onMessage of queue 'bakery' has stopped: the oven is cold",
    });
  });

  it('is told that the consumer has stopped, and why, when the broker refuses its queue instead of resuming', async () => {
    const { actions, service } = await startBakery();
    const queue = { durable: false, autoDelete: true, exclusive: false, arguments: {} };
    const options = { bindings: [] };
    const [first] = await service.consume(function first() {}, { ...options, queues: { shelf: queue } });
    await first!.pause();
    // The queue went with its consumer; now it is another one.
    await service.consume(() => undefined, { ...options, queues: { shelf: { ...queue, durable: true } } });
    await expect(
      actions.resume({ bus: 'default', consumer: 'first', queue: 'shelf' }, 'ann'),
    ).rejects.toMatchObject({
      status: 409,
      reason: expect.stringMatching(
        /^The consumer first of queue 'shelf' has stopped: .*PRECONDITION_FAILED/,
      ),
    });
  });

  it('is told that the consumer has stopped when the application cancels it meanwhile', async () => {
    const { actions, service } = await startBakery();
    const [consumer] = service.consumers;
    await consumer!.pause();
    const answer = actions.resume(BAKER, 'ann');
    void consumer!.cancel();
    await expect(answer).rejects.toMatchObject({
      status: 409,
      reason: "The consumer Baker.onMessage of queue 'bakery' has been cancelled",
    });
  });

  it.each<[string, (actions: PageActions) => Promise<unknown>, number, string]>([
    [
      'an unknown bus',
      (on) => on.pause({ ...BAKER, bus: 'x' }, 'ann'),
      404,
      'There is no bus "x"; the buses are default',
    ],
    [
      'an unknown consumer',
      (on) => on.resume({ ...BAKER, consumer: 'x' }, 'ann'),
      404,
      `No consumer "x" of queue 'bakery'`,
    ],
    [
      'an unknown message',
      (on) => on.handle({ seq: 7 }, 'ann'),
      404,
      'The page does not keep message number 7 any more',
    ],
    [
      'an unknown schema',
      (on) => on.publish({ bus: 'default', schema: 'x' }, 'ann'),
      404,
      'no message class with the schema "x"',
    ],
    [
      'a class without a topic',
      (on) => on.publish({ bus: 'default', schema: 'page.actions.any' }, 'ann'),
      400,
      "WithoutTopic has no topic: give a 'topic'",
    ],
    [
      'a class without an example',
      (on) => on.publish({ bus: 'default', schema: 'page.actions.pattern' }, 'ann'),
      400,
      "give a 'body'",
    ],
    [
      'a body that the class refuses',
      (on) => on.publish({ bus: 'default', schema: 'page.actions.order', body: { bread: 1 } }, 'ann'),
      400,
      '/body/bread',
    ],
    [
      'a body that the constructor of the class refuses',
      (on) => on.publish({ bus: 'default', schema: 'page.actions.strict', body: { bread: 'burnt' } }, 'ann'),
      400,
      `The message class ${Strict.name} can't be made with this body: burnt bread is not sold`,
    ],
  ])('is told why nothing is done: %s', async (_, act, status, reason) => {
    const { actions } = await startBakery();
    await expect(act(actions)).rejects.toMatchObject({ status, reason: expect.stringContaining(reason) });
  });

  it('publishes the example of a message class, or a body of their own', async () => {
    const { actions, received, texts } = await startBakery();
    const { text } = await actions.publish({ bus: 'default', schema: 'page.actions.order' }, 'ann\n');
    await expect.poll(() => received.length).toBe(1);
    const { message } = received[0]!;
    expect(message).toBeInstanceOf(Order);
    expect(message.body).toEqual({ bread: 'rye' });
    expect(text).toBe(`The message "${message.id}" with topic "page.actions.order" is published.`);
    expect(texts()).toEqual([
      `ann  publishes the message "${message.id}" with topic "page.actions.order" with the schema "page.actions.order" on the live page`,
    ]);

    const own = { schema: 'page.actions.any', topic: 'page.actions.own', body: { size: 2 } };
    await actions.publish({ bus: 'default', ...own }, 'ann');
    await expect.poll(() => received[1]?.message.topic).toBe('page.actions.own');
    expect(received[1]!.message).toBeInstanceOf(WithoutTopic);
    expect(received[1]!.message.body).toEqual({ size: 2 });
    await actions.publish(
      { bus: 'default', schema: 'page.actions.pattern', body: { alias: 'FEDORA-1' } },
      'ann',
    );
    await expect.poll(() => received[2]?.message).toBeInstanceOf(WithPattern);
  });
});

describe('a failed message that a visitor hands to its handler again', () => {
  const fail = (): never => {
    throw new Error('the oven is cold');
  };

  it.each<[string, () => unknown, string]>([
    ['processed', () => Promise.resolve(), 'The outcome is processed'],
    ['failed', fail, 'The outcome is failed: the oven is cold'],
    ['dropped', () => Promise.reject(new Drop('no flour')), 'The outcome is dropped: no flour'],
    ['rejected', () => Promise.reject(new Nack('later')), 'The outcome is rejected: later'],
    [
      'processed',
      () => Promise.reject(new HaltConsumer({ reason: 'enough' })),
      'The outcome is processed: enough',
    ],
  ])('is answered with its outcome: %s', async (outcome, handle, text) => {
    const { actions, service, received, settled, texts, behaveAs } = await startBakery({ handle: fail });
    await service.publish(new Order({ body: { bread: 'rye' } }));
    await expect.poll(() => service.statistics.consumed.failed).toBe(1);
    behaveAs(handle);
    const answer = await actions.handle({ seq: 0 }, 'ann');
    expect(answer).toEqual({ text, record: expect.objectContaining({ seq: 99 }) });
    expect(received.map(({ message }) => message.id)).toEqual([
      received[0]!.message.id,
      received[0]!.message.id,
    ]);
    expect(settled).toEqual([
      [
        0,
        outcome,
        expect.any(Number),
        outcome === 'processed' && !text.includes(':') ? undefined : expect.anything(),
      ],
    ]);
    expect(texts()).toEqual([
      `ann hands the message "${received[0]!.message.id}" with topic "${received[0]!.message.topic}" to Baker.onMessage again on the live page`,
    ]);
    // Neither the counts nor the consumer notice it.
    expect(service.statistics.consumed).toMatchObject({ received: 1, failed: 1 });
    expect(service.consumers).toHaveLength(1);
  });

  it('is not handed again after it was processed, or after its consumer was cancelled', async () => {
    const { actions, service, received, outcomes } = await startBakery({ handle: fail });
    await service.publish(new Order({ body: { bread: 'rye' } }));
    await expect.poll(() => service.statistics.consumed.failed).toBe(1);
    outcomes.set(0, 'processed');
    await expect(actions.handle({ seq: 0 }, 'ann')).rejects.toMatchObject({ status: 409 });
    outcomes.set(0, 'failed');
    await service.consumers[0]!.cancel();
    await expect(actions.handle({ seq: 0 }, 'ann')).rejects.toMatchObject({ status: 409 });
    expect(received).toHaveLength(1);
  });

  it('is handed to its handler by one visitor at a time', async () => {
    const { actions, service, received, behaveAs } = await startBakery({ handle: fail });
    await service.publish(new Order({ body: { bread: 'rye' } }));
    await expect.poll(() => service.statistics.consumed.failed).toBe(1);
    let finish!: () => void;
    behaveAs(() => new Promise<void>((resolve) => (finish = resolve)));
    const first = actions.handle({ seq: 0 }, 'ann');
    await expect(actions.handle({ seq: 0 }, 'ben')).rejects.toMatchObject({
      status: 409,
      reason: 'The handler has message number 0 in hand: wait for its outcome',
    });
    expect(received).toHaveLength(2);
    finish();
    await first;
    behaveAs(() => undefined);
    expect(await actions.handle({ seq: 0 }, 'ben')).toMatchObject({ text: 'The outcome is processed' });
  });
});
