import { Injectable } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { Consumer, Message } from '../../../lib/index.js';
import { startHealthApp } from '../../support/health-app.js';
import { memoryUrl } from '../../support/memory-url.js';

@Injectable()
class Handler {
  @Consumer({ bindings: [{ exchange: 'amq.topic', routingKeys: ['bad'] }] })
  onMessage(): void {
    throw new Error('no such mailbox');
  }
}

describe('the health indicator', () => {
  it('is up in an application that has not used the bus yet', async () => {
    const { health } = await startHealthApp({ amqpUrl: memoryUrl() });
    expect(await health()).toEqual({
      code: 200,
      status: 'ok',
      messaging: {
        status: 'up',
        connected: true,
        consuming: false,
        blocked: null,
        stoppedConsumers: [],
      },
    });
  });

  it('is up while the consumers are consuming, and when the application has paused them', async () => {
    const { service, health } = await startHealthApp({ amqpUrl: memoryUrl() }, [Handler]);
    expect(await health()).toMatchObject({ code: 200, messaging: { status: 'up', consuming: true } });
    await service.pause();
    expect(await health()).toMatchObject({ code: 200, messaging: { status: 'up', consuming: false } });
  });

  it('is down when a consumer has stopped by itself, and shows the cause', async () => {
    const { service, health } = await startHealthApp({ amqpUrl: memoryUrl() }, [Handler]);
    const [consumer] = service.consumers;
    await service.publish(new Message({ topic: 'bad', body: {} }));
    await expect(consumer!.result).rejects.toThrow('no such mailbox');
    expect(await health()).toMatchObject({
      code: 503,
      status: 'error',
      messaging: {
        status: 'down',
        connected: true,
        consuming: false,
        stoppedConsumers: [
          { consumer: 'Handler.onMessage', queue: consumer!.queue, cause: 'Error: no such mailbox' },
        ],
      },
    });
  });
});
