import {
  type CanActivate,
  Catch,
  type ExceptionFilter,
  type ExecutionContext,
  Inject,
  Injectable,
  ParseIntPipe,
  Scope,
  UseFilters,
  UseGuards,
} from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { describe, expect, it } from 'vitest';
import {
  Consumer,
  type FedoraMessagingContext,
  FedoraMessagingService,
  MessageBody,
  Nack,
  switchToFedoraMessaging,
} from '../../lib/index.js';
import { startApp } from '../support/application.js';
import { Collector } from '../support/collector.js';
import { amqpUrl, RawClient, TEMPORARY, unique } from '../support/shared-rabbitmq.js';

async function temporaryQueue(): Promise<{ raw: RawClient; queue: string }> {
  const raw = await RawClient.open();
  const queue = unique('context');
  raw.deleteLater(queue);
  return { raw, queue };
}

const body = (n: number): string => JSON.stringify({ n });

describe('handlers on RabbitMQ', () => {
  it('dead-letter a message that a guard denies, and handle the next message', async () => {
    const { raw, queue } = await temporaryQueue();
    const deadLetters = await raw.queue('');
    const handled = new Collector<number>();

    @Injectable()
    class OddOnly implements CanActivate {
      canActivate(context: ExecutionContext): boolean {
        return Number(switchToFedoraMessaging(context).message.body['n']) % 2 === 1;
      }
    }

    @Injectable()
    class Handler {
      @UseGuards(OddOnly)
      @Consumer({
        queues: {
          [queue]: {
            ...TEMPORARY,
            arguments: { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': deadLetters },
          },
        },
        bindings: [],
      })
      onMessage(@MessageBody('n', ParseIntPipe) n: number): void {
        handled.add(n);
      }
    }
    const app = await startApp({ options: { amqpUrl: amqpUrl() }, providers: [Handler] });
    for (const n of [1, 2, 3]) raw.send(queue, body(n));
    expect(await handled.whenCount(2)).toEqual([1, 3]);
    expect(String((await raw.next(deadLetters)).content)).toBe(body(2));
    const { statistics } = app.get(FedoraMessagingService);
    expect(statistics.consumed).toMatchObject({ received: 3, processed: 2, dropped: 1 });
  });

  it('have the outcome that an exception filter makes of an error', async () => {
    const { raw, queue } = await temporaryQueue();
    const redelivered = new Collector<boolean>();

    @Catch()
    class Once implements ExceptionFilter {
      catch(_: Error, host: Parameters<ExceptionFilter['catch']>[1]): void {
        const context = switchToFedoraMessaging(host);
        redelivered.add(context.redelivered);
        if (!context.redelivered) throw new Nack();
      }
    }

    @Injectable()
    class Handler {
      @UseFilters(Once)
      @Consumer({ queues: { [queue]: TEMPORARY }, bindings: [] })
      onMessage(): void {
        throw new Error('never good');
      }
    }
    const app = await startApp({ options: { amqpUrl: amqpUrl() }, providers: [Handler] });
    raw.send(queue, body(1));
    expect(await redelivered.whenCount(2)).toEqual([false, true]);
    const service = app.get(FedoraMessagingService);
    await expect
      .poll(() => service.statistics.consumed)
      .toMatchObject({ received: 2, rejected: 1, processed: 1, failed: 0 });
    await app.close();
    expect(await raw.count(queue)).toBe(0);
  });

  it('in request scope handle messages one at a time and in order', async () => {
    const { raw, queue } = await temporaryQueue();
    const handled = new Collector<string>();

    @Injectable({ scope: Scope.REQUEST })
    class Handler {
      constructor(@Inject(REQUEST) private readonly context: FedoraMessagingContext) {}

      @Consumer({ queues: { [queue]: TEMPORARY }, bindings: [] })
      async onMessage(): Promise<void> {
        const n = Number(this.context.message.body['n']);
        handled.add(`${n} begins`);
        await new Promise(setImmediate);
        handled.add(`${n} ends`);
      }
    }
    await startApp({ options: { amqpUrl: amqpUrl() }, providers: [Handler] });
    for (const n of [1, 2, 3, 4, 5]) raw.send(queue, body(n));
    expect(await handled.whenCount(10)).toEqual([1, 2, 3, 4, 5].flatMap((n) => [`${n} begins`, `${n} ends`]));
  });
});
