import {
  Body,
  Controller,
  Headers,
  Injectable,
  Ip,
  Param,
  Query,
  Req,
  type Type,
  ValidationPipe,
} from '@nestjs/common';
import { IsString } from 'class-validator';
import { expect, it } from 'vitest';
import { ConfigurationException, Consumer, Message, OnMessage } from '../../../lib/index.js';
import { startApp } from '../../support/application.js';
import { deferred } from '../../support/collector.js';
import { publishAndSettle } from '../../support/handled.js';
import { memoryUrl } from '../../support/memory-url.js';

const start = (controller: Type) =>
  startApp({ options: { amqpUrl: memoryUrl(), consumers: false }, controllers: [controller] });

it.each([
  ['@Req()', Req()],
  ['@Query()', Query('page')],
  ['@Param()', Param('id')],
  ['@Headers()', Headers('x-own')],
  ['@Ip()', Ip()],
])(
  'a handler with a parameter of an HTTP request is refused, and the error lists the decorators for messages: %s',
  async (name, decorator) => {
    @Controller()
    class Handler {
      @Consumer()
      onMessage(_message: Message, _other: unknown): void {}
    }

    @Controller()
    @Consumer()
    class Dispatching {
      @OnMessage()
      onMessage(_message: Message, _other: unknown): void {}
    }
    for (const controller of [Handler, Dispatching]) {
      decorator(controller.prototype, 'onMessage', 1);
      await expect(start(controller)).rejects.toThrow(ConfigurationException);
      await expect(start(controller)).rejects.toThrow(
        `${controller.name}.onMessage: parameter 2 is decorated with ${name}, which is for HTTP requests: a message has @MessageBody()`,
      );
    }
  },
);

it("Nest's @Body() is the body of the message, with its pipes", async () => {
  class GreetingBody {
    @IsString() name!: string;
  }
  const handled = deferred<GreetingBody>();

  @Injectable()
  class Handler {
    @Consumer()
    onMessage(
      @Body(new ValidationPipe({ transform: true, expectedType: GreetingBody })) body: GreetingBody,
    ): void {
      handled.resolve(body);
    }
  }
  const app = await startApp({ options: { amqpUrl: memoryUrl() }, providers: [Handler] });
  await publishAndSettle(app, new Message({ topic: 'a', body: { name: 'Ada' } }));
  expect(await handled.promise).toEqual(Object.assign(new GreetingBody(), { name: 'Ada' }));
});
