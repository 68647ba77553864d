import 'reflect-metadata';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import type { INestApplicationContext } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { FEDORA_MESSAGING_SETTINGS, resolveSettings } from 'nestjs-fedora-messaging';
import { mockSends, TestingBroker } from 'nestjs-fedora-messaging/testing';
import { AppModule } from './app.module.js';
import { Greeting } from './greeting.message.js';
import { GreetingsPublisher } from './greetings.publisher.js';

let broker: TestingBroker;
let app: INestApplicationContext;

beforeEach(async () => {
  broker = new TestingBroker();
  app = await Test.createTestingModule({ imports: [AppModule] })
    .overrideProvider(FEDORA_MESSAGING_SETTINGS)
    .useValue(resolveSettings({ amqpUrl: broker.amqpUrl }))
    .compile();
  app.useLogger(false);
  await app.init();
});

afterEach(async () => {
  await app.close();
  await broker.close();
});

test('a greeting is published', async () => {
  const expected = new Greeting({ body: { name: 'Ada' } });
  await mockSends(app, [expected], () => app.get(GreetingsPublisher).greet('Ada'));
});

test('a greeting is handled, and is done', async () => {
  assert.equal(await broker.deliver(new Greeting({ body: { name: 'Ada' } })), 'ack');
});

test('a greeting of nobody fails, and comes again', async () => {
  assert.equal(await broker.deliver(new Greeting({ body: { name: 'nobody' } })), 'retry');
});
