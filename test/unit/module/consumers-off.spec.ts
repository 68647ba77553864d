import { Injectable } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import {
  Consumer,
  type FedoraMessagingModuleOptions,
  FedoraMessagingService,
  Message,
  MessageRegistry,
  MessageSchema,
  Publisher,
} from '../../../lib/index.js';
import { startApp } from '../../support/application.js';
import { Collector } from '../../support/collector.js';
import { memoryUrl } from '../../support/memory-url.js';

@MessageSchema('test.consumers-off')
class Known extends Message {}

function startWith(options: Partial<FedoraMessagingModuleOptions>, handled = new Collector()) {
  @Injectable()
  class Handler {
    @Consumer()
    onMessage(message: Message): void {
      handled.add(message);
    }
  }
  return startApp({ options: { amqpUrl: memoryUrl(), ...options }, providers: [Handler] });
}

describe('an application with consumers: false', () => {
  it('does not start decorated consumers, and publishes', async () => {
    const app = await startWith({ consumers: false });
    const service = app.get(FedoraMessagingService);
    expect(service.consumers).toEqual([]);
    expect(service.statistics.consuming).toBe(false);
    await app.get(Publisher).publish(new Message({ topic: 'x' }));
    expect(service.statistics).toMatchObject({ published: 1, consumed: { received: 0 } });
    expect(app.get(MessageRegistry, { strict: false }).get('test.consumers-off')).toBe(Known);
  });

  it('starts its consumers when asked to, and only once', async () => {
    const handled = new Collector();
    const app = await startWith({ consumers: false }, handled);
    const service = app.get(FedoraMessagingService);
    await Promise.all([service.startConsumers(), service.startConsumers()]);
    await service.startConsumers();
    expect(service.consumers.map(({ name }) => name)).toEqual(['Handler.onMessage']);
    await app.get(Publisher).publish(new Message({ topic: 'x' }));
    expect(await handled.whenCount(1)).toHaveLength(1);
  });

  it('lets programs consume', async () => {
    const app = await startWith({ consumers: false });
    const handled = new Collector();
    await app.get(FedoraMessagingService).consume(handled.add);
    await app.get(Publisher).publish(new Message({ topic: 'x' }));
    expect(await handled.whenCount(1)).toHaveLength(1);
  });

  it('still refuses a wrong handler', async () => {
    @Injectable()
    class Wrong {
      @Consumer({ bus: 'nowhere' })
      onMessage(): void {}
    }
    await expect(
      startApp({ options: { amqpUrl: memoryUrl(), consumers: false }, providers: [Wrong] }),
    ).rejects.toThrow(/Wrong\.onMessage .*'nowhere'/);
  });
});

it('startConsumers() starts all consumers or none, and may be called again', async () => {
  @Injectable()
  class Handlers {
    @Consumer()
    onMessage(): void {}

    @Consumer({ prefetch: -1 })
    onOther(): void {}
  }
  const app = await startApp({ options: { amqpUrl: memoryUrl(), consumers: false }, providers: [Handlers] });
  const service = app.get(FedoraMessagingService);
  for (const attempt of ['first', 'second']) {
    await expect(service.startConsumers(), attempt).rejects.toThrow(/Handlers\.onOther: 'prefetch'/);
    expect(service.consumers, attempt).toEqual([]);
  }
});

describe('the option prefetch', () => {
  it.each([-1, 1.5, 65_536, NaN, '10' as unknown as number])(
    'refuses %o, and the error shows the value as it was written',
    async (prefetch) => {
      const service = (await startWith({ consumers: false })).get(FedoraMessagingService);
      await expect(service.consume(() => undefined, { prefetch })).rejects.toThrow(
        `'prefetch' must be a whole number from 0, no limit, to 65535, but is ${typeof prefetch === 'string' ? '"10"' : prefetch}`,
      );
    },
  );
});
