import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { Test } from '@nestjs/testing';
import { FEDORA_MESSAGING_SETTINGS, loads, resolveSettings } from 'nestjs-fedora-messaging';
import { TestingBroker } from 'nestjs-fedora-messaging/testing';
import { afterEach, beforeEach, expect, it, type MockInstance, vi } from 'vitest';
import { AppModule, optionsOf } from '../app.module.js';
import { OrderPlacedV1 } from '../schemas/bakery-messages/index.js';

const recording = () => [...loads(readFileSync(new URL('../recording.jsonl', import.meta.url), 'utf8'))];
const order = { number: 1, customer: 'ann', items: ['rye bread', 'two rolls'] };
let log: MockInstance<typeof console.log>;

beforeEach(() => {
  log = vi.spyOn(console, 'log').mockReturnValue();
});
afterEach(() => log.mockRestore());

it('the watcher prints a line about each recorded message, by its class', async () => {
  const broker = new TestingBroker();
  const testing = await Test.createTestingModule({ imports: [AppModule] })
    .overrideProvider(FEDORA_MESSAGING_SETTINGS)
    .useValue(resolveSettings({ ...optionsOf({}), amqpUrl: broker.amqpUrl }))
    .compile();
  const app = testing.createNestApplication({ logger: false });
  await app.init();
  for (const message of recording()) expect(await broker.deliver(message)).toBe('ack');
  expect(log.mock.calls.flat()).toEqual([
    'order 1: ann ordered rye bread, two rolls (sliced, please)',
    'order 2: ben ordered an apple pie',
    'ready for ann: mia baked rye bread, two rolls for ann',
    'warning: mia reports that the cake oven is broken',
    'other: org.fedoraproject.prod.bakery.flour.delivered',
  ]);
  await app.close();
  await broker.close();
});

it("the watcher is on Fedora's bus when the environment names a configuration file", () => {
  expect(optionsOf({ FEDORA_CONF: 'fedora-messaging.toml', AMQP_URL: 'amqp://localhost' })).toEqual({
    configFile: 'fedora-messaging.toml',
    monitoring: { port: 0, page: true },
  });
});

it('the recorded messages of sample 04 are valid', () => {
  for (const message of recording()) expect(() => message.validate()).not.toThrow();
});

it('an imported class has the accessors and the schema of its Python class', () => {
  const message = new OrderPlacedV1({ body: { agent: 'shop', order } });
  expect(message.usernames).toEqual(['ann', 'shop']);
  expect(message.appName).toBe('Bakery');
  expect(String(message)).toBe('ann ordered rye bread, two rolls');
  const body = { agent: 'shop', order: { ...order, number: 'one' as never } };
  expect(() => new OrderPlacedV1({ body }).validate()).toThrow('/body/order/number');
});
