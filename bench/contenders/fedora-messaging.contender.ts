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
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  Consumer,
  FedoraMessagingModule,
  type FedoraMessagingModuleOptions,
  Message,
  MessageSchema,
  Publisher,
} from 'nestjs-fedora-messaging';
import { type Observable, tap } from 'rxjs';
import type {
  BenchConsumer,
  BenchPublisher,
  ConsumerOptions,
  Contender,
  Handle,
  PublisherOptions,
} from '../contender/contender.interface.js';
import { serveContender } from '../contender/serve-contender.js';
import { packagesOf, UPDATE_SCHEMA, type UpdateBody } from '../contender/update-body.js';
import { UpdateBodyClass } from '../contender/update-body.class.js';
import { SCHEMA_NAMES, SCHEMA_PACKAGE } from '../contender/wire.js';

@MessageSchema(SCHEMA_NAMES['json-schema'], { package: SCHEMA_PACKAGE, bodySchema: UPDATE_SCHEMA })
class UpdateMessage extends Message<UpdateBody> {
  override get agentName(): string {
    return this.body.agent;
  }

  override get usernames(): string[] {
    return [this.body.agent];
  }

  override get packages(): string[] {
    return packagesOf(this.body);
  }
}

/** The same message with a body class. */
@MessageSchema(SCHEMA_NAMES['class-validator'], { package: SCHEMA_PACKAGE, body: UpdateBodyClass })
export class UpdateMessageByClass extends Message<UpdateBodyClass> {}

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

/** This library, in a Nest application. */
const fedoraMessaging: Contender = {
  async openPublisher({ amqpUrl, topic }: PublisherOptions): Promise<BenchPublisher> {
    const app = await NestFactory.createApplicationContext(moduleOf({ amqpUrl }), { logger: false });
    const publisher = app.get(Publisher);
    return {
      publish: (body) => publisher.publish(new UpdateMessage({ topic, body })),
      close: () => app.close(),
    };
  },

  async openConsumer(options: ConsumerOptions, handle: Handle): Promise<BenchConsumer> {
    const { amqpUrl, prefetch, enhancers } = options;
    const handler = handlerOf(options, handle);
    const module = moduleOf({ amqpUrl, qos: { prefetchCount: prefetch } }, handler);
    const app = await NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
    return {
      get enhanced() {
        if (!enhancers) return 0;
        return Math.min(app.get(CountingGuard).count, app.get(CountingInterceptor).count);
      },
      close: () => app.close(),
    };
  },
};

function moduleOf(options: FedoraMessagingModuleOptions, ...handlers: Type[]): Type {
  @Module({
    imports: [FedoraMessagingModule.forRoot(options)],
    providers: [CountingGuard, CountingInterceptor, ...handlers],
  })
  class BenchModule {}
  return BenchModule;
}

function handlerOf({ queue, enhancers }: ConsumerOptions, handle: Handle): Type {
  @Injectable()
  class Updates {
    @Consumer({
      queues: { [queue]: { durable: true, autoDelete: false, exclusive: false, arguments: {} } },
      bindings: [],
    })
    async onUpdate({ body }: Message): Promise<void> {
      handle(body['n'] as number);
    }
  }
  if (enhancers) {
    UseGuards(CountingGuard)(Updates);
    UseInterceptors(CountingInterceptor)(Updates);
  }
  return Updates;
}

serveContender(fedoraMessaging);
