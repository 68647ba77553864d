import 'reflect-metadata';
import {
  type CallHandler,
  type CanActivate,
  Controller,
  Injectable,
  Logger,
  Module,
  type NestInterceptor,
  type Type,
  UseGuards,
  UseInterceptors,
  ValidationPipe,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  ClientProxyFactory,
  Ctx,
  EventPattern,
  type MicroserviceOptions,
  Payload,
  RmqContext,
  Transport,
} from '@nestjs/microservices';
import type { Channel, ConsumeMessage } from 'amqplib';
import { lastValueFrom, type Observable, tap } from 'rxjs';
import type {
  BenchConsumer,
  BenchPublisher,
  ConsumerOptions,
  Contender,
  Handle,
  PublisherOptions,
} from '../../contender/contender.interface.js';
import { serveContender } from '../../contender/serve-contender.js';
import type { UpdateBody } from '../../contender/update-body.js';
import { UpdateBodyClass } from '../../contender/update-body.class.js';
import { assertValid, assertValidHeaders } from '../../contender/validation.js';
import { EXCHANGE, propertiesOf, type WireProperties } from '../../contender/wire.js';

/** The emitted data: the body, and the AMQP properties next to it. */
interface Emitted {
  readonly body: UpdateBody;
  readonly properties: WireProperties;
}

const PATTERN = 'update';

@Injectable()
class CountingGuard implements CanActivate {
  count = 0;

  canActivate(): boolean {
    this.count++;
    return true;
  }
}

@Injectable()
class CountingInterceptor implements NestInterceptor {
  count = 0;

  intercept(_: unknown, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(tap(() => this.count++));
  }
}

/**
 * `@nestjs/microservices` over RabbitMQ. A serializer and a deserializer leave off its own packets, `{ pattern, data
 * }`, so that the messages on the wire are those of the other contenders.
 */
const nestMicroservices: Contender = {
  async openPublisher({ amqpUrl, topic }: PublisherOptions): Promise<BenchPublisher> {
    const client = ClientProxyFactory.create({
      transport: Transport.RMQ,
      options: {
        urls: [amqpUrl],
        exchange: EXCHANGE,
        wildcards: true,
        socketOptions: { connectionOptions: { noDelay: true } },
        serializer: {
          serialize: ({ data }: { data: Emitted }) => ({ ...data.body, options: data.properties }),
        },
      },
    });
    await client.connect();
    return {
      async publish(body) {
        const properties = propertiesOf(body);
        assertValid(properties.headers, body);
        const emitted: Emitted = { body, properties };
        await lastValueFrom(client.emit(topic, emitted), { defaultValue: undefined });
      },
      close: async () => void (await client.close()),
    };
  },

  async openConsumer(options: ConsumerOptions, handle: Handle): Promise<BenchConsumer> {
    const controller = options.validation === 'json-schema' ? byJsonSchema(handle) : byClass(handle);
    if (options.enhancers) {
      UseGuards(CountingGuard)(controller);
      UseInterceptors(CountingInterceptor)(controller);
    }
    const app = await NestFactory.createMicroservice<MicroserviceOptions>(moduleOf(controller), {
      logger: false,
      transport: Transport.RMQ,
      options: {
        urls: [options.amqpUrl],
        queue: options.queue,
        queueOptions: { durable: true },
        prefetchCount: options.prefetch,
        noAck: false,
        socketOptions: { connectionOptions: { noDelay: true } },
        deserializer: { deserialize: (data: unknown) => ({ pattern: PATTERN, data }) },
      },
    });
    await app.listen();
    return {
      get enhanced() {
        if (!options.enhancers) return 0;
        return Math.min(app.get(CountingGuard).count, app.get(CountingInterceptor).count);
      },
      close: () => app.close(),
    };
  },
};

function moduleOf(controller: Type): Type {
  @Module({ controllers: [controller], providers: [CountingGuard, CountingInterceptor] })
  class BenchModule {}
  return BenchModule;
}

function byJsonSchema(handle: Handle): Type {
  @Controller()
  class Updates {
    @EventPattern<string>(PATTERN)
    async onUpdate(@Payload() body: object, @Ctx() context: RmqContext): Promise<void> {
      const { channel, delivery } = of(context);
      assertValid(delivery.properties.headers, body);
      handle(body.n);
      channel.ack(delivery);
    }
  }
  return Updates;
}

function byClass(handle: Handle): Type {
  @Controller()
  class Updates {
    @EventPattern<string>(PATTERN)
    async onUpdate(
      @Payload(new ValidationPipe({ transform: true, forbidUnknownValues: false })) body: UpdateBodyClass,
      @Ctx() context: RmqContext,
    ): Promise<void> {
      const { channel, delivery } = of(context);
      assertValidHeaders(delivery.properties.headers);
      handle(body.n);
      channel.ack(delivery);
    }
  }
  return Updates;
}

function of(context: RmqContext): { channel: Channel; delivery: ConsumeMessage } {
  return {
    channel: context.getChannelRef() as Channel,
    delivery: context.getMessage() as ConsumeMessage,
  };
}

// The client logs by itself, and stdout is for results.
Logger.overrideLogger(false);
serveContender(nestMicroservices);
