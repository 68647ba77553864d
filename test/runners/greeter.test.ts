import 'reflect-metadata';
import assert from 'node:assert';
import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { IsString } from 'class-validator';
import {
  Consumer,
  Drop,
  FEDORA_MESSAGING_SETTINGS,
  FedoraMessagingModule,
  Message,
  MessageSchema,
  Publisher,
  resolveSettings,
} from 'nestjs-fedora-messaging';
import { mockSends, TestingBroker } from 'nestjs-fedora-messaging/testing';

// Vitest (with globals), Jest and node:test run the same file.
const { test } = (Object.hasOwn(globalThis, 'test') ? globalThis : await import('node:test')) as {
  test: (name: string, body: () => Promise<void>) => void;
};

class GreetingBody {
  @IsString() name!: string;
}

@MessageSchema('runners.greeting', { topic: 'runners.greeting', body: GreetingBody })
class Greeting extends Message<GreetingBody> {}

@MessageSchema('runners.answer', { topic: 'runners.answer', body: GreetingBody })
class Answer extends Message<GreetingBody> {}

@Injectable()
class Greeter {
  constructor(private readonly publisher: Publisher) {}

  greet(name: string): Promise<void> {
    return this.publisher.publish(new Greeting({ body: { name } }));
  }

  @Consumer({
    bindings: [{ exchange: 'amq.topic', routingKeys: ['runners.greeting'] }],
    messages: [Greeting],
  })
  async onGreeting({ body: { name } }: Greeting): Promise<void> {
    if (name === '') throw new Drop();
    await this.publisher.publish(new Answer({ body: { name } }));
  }
}

@Module({ imports: [FedoraMessagingModule.forRoot({ amqpUrl: 'amqp://' })], providers: [Greeter] })
class AppModule {}

test('the greeter sends a greeting', async () => {
  const app = await Test.createTestingModule({ imports: [AppModule] }).compile();
  await mockSends(app, [new Greeting({ body: { name: 'Ada' } })], () => app.get(Greeter).greet('Ada'));
  await app.close();
});

test('the greeter answers a greeting, and drops one without a name', async () => {
  const broker = new TestingBroker();
  const app = await Test.createTestingModule({ imports: [AppModule] })
    .overrideProvider(FEDORA_MESSAGING_SETTINGS)
    .useValue(resolveSettings({ amqpUrl: broker.amqpUrl }))
    .compile();
  await app.init();
  assert.equal(await broker.deliver(new Greeting({ body: { name: 'Ada' } })), 'ack');
  assert.equal(await broker.deliver(new Greeting({ body: { name: '' } })), 'reject');
  assert.deepEqual(
    broker.published().map((message) => [message.constructor.name, message.body]),
    [['Answer', Object.assign(new GreetingBody(), { name: 'Ada' })]],
  );
  await app.close();
  await broker.close();
});

if (process.env['SHOW_DIFFERENCE']) {
  test('mockSends fails when a greeting differs from the expected greeting', async () => {
    const app = await Test.createTestingModule({ imports: [AppModule] }).compile();
    await mockSends(app, [new Greeting({ body: { name: 'Bob' } })], () => app.get(Greeter).greet('Ada'));
  });
}
