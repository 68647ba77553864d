import 'reflect-metadata';
import {
  type CallHandler,
  type CanActivate,
  Injectable,
  Module,
  type NestInterceptor,
  type Type,
  UseGuards,
  UseInterceptors,
  ValidationPipe,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  AmqpConnection,
  RabbitHeader,
  RabbitMQModule,
  RabbitPayload,
  RabbitSubscribe,
} from '@golevelup/nestjs-rabbitmq';
import { type Observable, tap } from 'rxjs';
import type {
  BenchConsumer,
  BenchPublisher,
  ConsumerOptions,
  Contender,
  Handle,
  PublisherOptions,
} from '../../contender/contender.interface.js';
import { serveContender } from '../../contender/serve-contender.js';
import { UpdateBodyClass } from '../../contender/update-body.class.js';
import { assertValid, assertValidHeaders } from '../../contender/validation.js';
import { EXCHANGE, propertiesOf } from '../../contender/wire.js';

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

/** `@golevelup/nestjs-rabbitmq`, used as in its documentation. */
const golevelup: Contender = {
  async openPublisher({ amqpUrl, topic }: PublisherOptions): Promise<BenchPublisher> {
    const app = await NestFactory.createApplicationContext(moduleOf(amqpUrl, 10), { logger: false });
    const connection = app.get(AmqpConnection);
    return {
      async publish(body) {
        const properties = propertiesOf(body);
        assertValid(properties.headers, body);
        await connection.publish(EXCHANGE, topic, body, properties);
      },
      close: () => app.close(),
    };
  },

  async openConsumer(options: ConsumerOptions, handle: Handle): Promise<BenchConsumer> {
    const handler =
      options.validation === 'json-schema' ? byJsonSchema(options, handle) : byClass(options, handle);
    if (options.enhancers) {
      UseGuards(CountingGuard)(handler);
      UseInterceptors(CountingInterceptor)(handler);
    }
    const module = moduleOf(options.amqpUrl, options.prefetch, handler);
    const app = await NestFactory.createApplicationContext(module, { logger: false });
    return {
      get enhanced() {
        if (!options.enhancers) return 0;
        return Math.min(app.get(CountingGuard).count, app.get(CountingInterceptor).count);
      },
      close: () => app.close(),
    };
  },
};

function moduleOf(uri: string, prefetchCount: number, ...handlers: Type[]): Type {
  @Module({
    imports: [
      RabbitMQModule.forRoot({
        uri,
        prefetchCount,
        enableDirectReplyTo: false,
        connectionInitOptions: { timeout: 60_000 },
        connectionManagerOptions: { connectionOptions: { noDelay: true } },
      }),
    ],
    providers: [CountingGuard, CountingInterceptor, ...handlers],
  })
  class BenchModule {}
  return BenchModule;
}

function byJsonSchema({ queue }: ConsumerOptions, handle: Handle): Type {
  @Injectable()
  class Updates {
    @RabbitSubscribe({ queue, queueOptions: { durable: true } })
    async onUpdate(@RabbitPayload() body: object, @RabbitHeader() headers: object): Promise<void> {
      assertValid(headers, body);
      handle(body.n);
    }
  }
  return Updates;
}

function byClass({ queue }: ConsumerOptions, handle: Handle): Type {
  @Injectable()
  class Updates {
    @RabbitSubscribe({ queue, queueOptions: { durable: true } })
    async onUpdate(
      @RabbitPayload(new ValidationPipe({ transform: true, forbidUnknownValues: false }))
      body: UpdateBodyClass,
      @RabbitHeader() headers: object,
    ): Promise<void> {
      assertValidHeaders(headers);
      handle(body.n);
    }
  }
  return Updates;
}

serveContender(golevelup);
