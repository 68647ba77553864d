import { filter, firstValueFrom } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ConsumerOptions,
  FedoraMessagingService,
  Message,
  type RunningConsumer,
} from '../../lib/index.js';
import { startApp } from '../support/application.js';
import { Collector, deferred } from '../support/collector.js';
import { FedoraBroker } from '../support/fedora-broker.js';

const TOPIC = 'org.fedoraproject.prod.bodhi';
/** More returns than the queue allows for a message. */
const TIMES = 25;
const DELIVERY_LIMIT = 20;

let broker: FedoraBroker;

beforeAll(async () => {
  broker = await FedoraBroker.start();
  await broker.addAccount('bodhi');
});

afterAll(() => broker?.stop());

/** A queue that an administrator made, with messages, and its account's application, which can declare nothing. */
class Stage {
  private constructor(
    readonly queue: string,
    readonly service: FedoraMessagingService,
  ) {}

  static async filled(
    queue: string,
    messages: number,
    args: Record<string, string | number>,
  ): Promise<Stage> {
    await broker.addQueue(queue, [`${TOPIC}.${queue}`], args);
    const options = { ...broker.settings('bodhi'), reconnect: { delay: 1, maxDelay: 1 } };
    const stage = new Stage(queue, (await startApp({ options })).get(FedoraMessagingService));
    await stage.publish(1, messages);
    return stage;
  }

  /** Publishes messages with these numbers, in order. */
  async publish(first: number, last: number): Promise<void> {
    for (let n = first; n <= last; n++)
      await this.service.publish(new Message({ topic: `${TOPIC}.${this.queue}`, body: { n } }));
  }

  /** Consumes as Fedora's documentation shows it: the settings say nothing of the queue's arguments. */
  async consume(
    handle: (n: number) => unknown,
    options: Partial<ConsumerOptions> = {},
  ): Promise<RunningConsumer> {
    const [consumer] = await this.service.consume(({ body }: Message) => handle(body['n'] as number), {
      queues: { [this.queue]: { durable: true, autoDelete: false, exclusive: false, arguments: {} } },
      bindings: [],
      ...options,
    });
    return consumer!;
  }

  /** Ends the account's connections, and waits until the consumer knows. */
  async loseConnection(): Promise<void> {
    const lost = firstValueFrom(
      this.service.events$.pipe(
        filter((event) => event.type === 'disconnected' && event.connection === 'consuming'),
      ),
    );
    await broker.closeConnections('bodhi');
    await lost;
  }
}

describe("on Fedora's private bus, a quorum queue with a delivery limit", () => {
  it.each<[string, (stage: Stage, consumer: RunningConsumer, letGo: () => void) => Promise<void>]>([
    [
      'is paused',
      async (_, consumer, letGo) => {
        const paused = consumer.pause();
        letGo();
        await paused;
        await consumer.resume();
      },
    ],
    [
      'loses its connection',
      async (stage, _, letGo) => {
        await stage.loseConnection();
        letGo();
      },
    ],
  ])('loses no message when its consumer %s 25 times', async (what, interrupt) => {
    const messages = 60;
    const stage = await Stage.filled(`bodhi-limited-${what.replaceAll(' ', '-')}`, messages, {
      'x-queue-type': 'quorum',
      'x-delivery-limit': DELIVERY_LIMIT,
    });
    const begun = new Collector<number>();
    const handled = new Set<number>();
    let gate = deferred();
    let isOver = false;
    const letGo = (): void => {
      gate.resolve();
      gate = deferred();
    };
    const consumer = await stage.consume(
      async (n) => {
        begun.add(n);
        if (!isOver) await gate.promise;
        handled.add(n);
      },
      { prefetch: messages },
    );
    const nextBegun = (): Promise<unknown> => begun.whenCount(begun.items.length + 1);
    await begun.whenCount(1);
    for (let i = 0; i < TIMES; i++) {
      const ahead = nextBegun();
      letGo();
      await ahead;
      const again = nextBegun();
      await interrupt(stage, consumer, letGo);
      await again;
    }
    isOver = true;
    letGo();
    await expect.poll(() => handled.size).toBe(messages);
    await expect.poll(() => broker.messagesIn(stage.queue)).toBe(0);
  });
});

describe("on Fedora's private bus, a stream", () => {
  it('is read from its first message, and goes on behind the last handled message after lost connections', async () => {
    const stage = await Stage.filled('bodhi-stream', 20, { 'x-queue-type': 'stream' });
    const handled = new Collector<number>();
    await stage.consume((n) => handled.add(n), { consumeArguments: { 'x-stream-offset': 'first' } });
    for (const count of [20, 40, 60]) {
      await handled.whenCount(count);
      await stage.loseConnection();
      await stage.publish(count + 1, count + 20);
    }
    expect(await handled.whenCount(80)).toEqual(Array.from({ length: 80 }, (_, i) => i + 1));
  });
});
