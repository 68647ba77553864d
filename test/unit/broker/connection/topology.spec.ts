import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { closeChannel, closed } from '../../../../lib/broker/connection/closing.js';
import { bindQueue, declareExchanges, declareQueue } from '../../../../lib/broker/connection/topology.js';
import type { Channel } from '../../../../lib/broker/index.js';
import { isLoginRefused, isRefusal, replyCodeOf } from '../../../../lib/broker/reply-code.js';
import { BadDeclaration } from '../../../../lib/exceptions/index.js';
import { errorOf } from '../../../support/error-of.js';
import { closedWith, FakeChannel } from '../../../support/fake-channels.js';

const asChannel = (channel: FakeChannel): Channel => channel as unknown as Channel;

describe('declaring exchanges', () => {
  it('declares them in order with their settings, topic and durable by default, except exchanges of the broker', async () => {
    const channel = new FakeChannel();
    const mine = { type: 'fanout', durable: false, autoDelete: true, arguments: { 'x-any': 1 } } as const;
    await declareExchanges(asChannel(channel), { mine, '': {}, 'amq.topic': {}, plain: {}, amqp: {} }, false);
    const kept = { durable: true, autoDelete: false, arguments: {} };
    expect(channel.calls).toEqual([
      ['assertExchange', 'mine', 'fanout', { durable: false, autoDelete: true, arguments: { 'x-any': 1 } }],
      ['assertExchange', 'plain', 'topic', kept],
      ['assertExchange', 'amqp', 'topic', kept],
    ]);
  });

  it('only checks that they exist when declaring is passive', async () => {
    const channel = new FakeChannel();
    await declareExchanges(asChannel(channel), { mine: { type: 'fanout' } }, true);
    expect(channel.calls).toEqual([['checkExchange', 'mine']]);
  });

  it('binds them to other exchanges, also exchanges of the broker, when all are declared', async () => {
    const channel = new FakeChannel();
    const bindings = [
      { exchange: 'later', routingKeys: ['x', 'y'] },
      { exchange: 'amq.headers', routingKeys: [''], arguments: { 'x-match': 'any' } },
    ];
    const toBroker = [{ exchange: 'mine', routingKeys: ['z'] }];
    const exchanges = { mine: { bindings }, later: {}, 'amq.topic': { bindings: toBroker } };
    await declareExchanges(asChannel(channel), exchanges, true);
    expect(channel.calls).toEqual([
      ['checkExchange', 'mine'],
      ['checkExchange', 'later'],
      ['bindExchange', 'mine', 'later', 'x', {}],
      ['bindExchange', 'mine', 'later', 'y', {}],
      ['bindExchange', 'mine', 'amq.headers', '', { 'x-match': 'any' }],
      ['bindExchange', 'amq.topic', 'mine', 'z', {}],
    ]);
  });

  it('fails with a BadDeclaration when a binding is refused, and the error names the missing permissions', async () => {
    const channel = new FakeChannel();
    channel.answers['bindExchange'] = () => Promise.reject(closedWith(403, 'ACCESS_REFUSED - no'));
    const bindings = [{ exchange: 'theirs', routingKeys: ['x'] }];
    const error = await errorOf(declareExchanges(asChannel(channel), { mine: { bindings } }, false));
    expect(error).toBeInstanceOf(BadDeclaration);
    expect(error).toMatchObject({
      objectType: 'binding',
      description: { destination: 'mine', exchange: 'theirs', routingKey: 'x', arguments: {} },
    });
    expect(error.message).toMatch(
      /permissions to write to the destination and to read from the other exchange.*remove it from the setting 'exchanges'$/,
    );
  });

  it('fails with a BadDeclaration when an exchange is refused, with its settings, the reason and the cause', async () => {
    const channel = new FakeChannel();
    const cause = closedWith(406, 'PRECONDITION_FAILED - inequivalent');
    channel.answers['assertExchange'] = () => Promise.reject(cause);
    const error = await errorOf(declareExchanges(asChannel(channel), { mine: { durable: false } }, false));
    expect(error).toBeInstanceOf(BadDeclaration);
    expect(error).toMatchObject({
      cause,
      objectType: 'exchange',
      description: {
        name: 'mine',
        type: 'topic',
        durable: false,
        autoDelete: false,
        arguments: {},
        passive: false,
      },
    });
    expect(error.message).toContain('PRECONDITION_FAILED - inequivalent');
  });

  it.each([
    [
      406,
      "PRECONDITION_FAILED - inequivalent arg 'durable' for exchange 'mine'",
      / other settings: .* or delete/,
    ],
    [404, "NOT_FOUND - no exchange 'other' in vhost '/'", /Declare the exchange in the setting 'exchanges'/],
    [
      405,
      "RESOURCE_LOCKED - cannot obtain exclusive access to locked queue 'mine'",
      /stop the other program/,
    ],
  ])('fails with a BadDeclaration and advice for the reply code %i', async (code, reason, advice) => {
    const channel = new FakeChannel();
    channel.answers['assertExchange'] = () => Promise.reject(closedWith(code, reason));
    const error = await errorOf(declareExchanges(asChannel(channel), { mine: {} }, false));
    expect(error.message).toMatch(new RegExp(`: ${reason}\\. .*${advice.source}`));
  });

  it('passes on any other failure', async () => {
    const channel = new FakeChannel();
    const failure = closedWith(541, 'INTERNAL_ERROR');
    channel.answers['assertExchange'] = () => Promise.reject(failure);
    expect(await errorOf(declareExchanges(asChannel(channel), { mine: {} }, false))).toBe(failure);
  });
});

describe('declaring a queue', () => {
  const options = { durable: false, autoDelete: true, exclusive: true, arguments: { 'x-expires': 5 } };

  it('declares it with its settings, and returns the name that the broker gives it', async () => {
    const channel = new FakeChannel();
    expect(await declareQueue(asChannel(channel), '', options, false)).toBe('amq.gen-1');
    expect(channel.calls).toEqual([['assertQueue', '', options]]);
  });

  it('only checks that it exists when declaring is passive, unless the broker is to name it', async () => {
    const channel = new FakeChannel();
    expect(await declareQueue(asChannel(channel), 'mine', options, true)).toBe('mine');
    await declareQueue(asChannel(channel), '', options, true);
    expect(channel.methods).toEqual(['checkQueue', 'assertQueue']);
  });

  it('fails with a BadDeclaration and the settings when the queue is refused', async () => {
    const channel = new FakeChannel();
    channel.answers['checkQueue'] = () => Promise.reject(closedWith(404));
    const error = await errorOf(declareQueue(asChannel(channel), 'mine', options, true));
    expect(error).toMatchObject({
      objectType: 'queue',
      description: { name: 'mine', ...options, passive: true },
    });
  });

  it('binds it with each routing key of each binding', async () => {
    const channel = new FakeChannel();
    await bindQueue(asChannel(channel), 'mine', [
      { exchange: 'a', routingKeys: ['x', 'y'] },
      { exchange: 'b', routingKeys: ['z'], arguments: { 'x-match': 'all' } },
    ]);
    expect(channel.calls).toEqual([
      ['bindQueue', 'mine', 'a', 'x', {}],
      ['bindQueue', 'mine', 'a', 'y', {}],
      ['bindQueue', 'mine', 'b', 'z', { 'x-match': 'all' }],
    ]);
  });

  it('fails with a BadDeclaration when a binding is refused', async () => {
    const channel = new FakeChannel();
    channel.answers['bindQueue'] = () => Promise.reject(closedWith(404, 'NOT_FOUND - no exchange'));
    const error = await errorOf(
      bindQueue(asChannel(channel), 'mine', [{ exchange: 'a', routingKeys: ['x'] }]),
    );
    expect(error).toMatchObject({
      objectType: 'binding',
      description: { queue: 'mine', exchange: 'a', routingKey: 'x', arguments: {} },
    });
  });
});

describe('closing quietly', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  class Closing extends EventEmitter {
    answer!: () => void;
    refuse!: (error: Error) => void;
    close = (): Promise<void> =>
      new Promise((resolve, reject) => {
        this.answer = resolve;
        this.refuse = reject;
      });
  }

  it.each<[string, (closing: Closing) => void]>([
    ['the handshake is done', ({ answer }) => answer()],
    ['the other side closes meanwhile', (closing) => closing.emit('close')],
    ['it has been closed already', ({ refuse }) => refuse(new Error('Channel closed'))],
  ])('is done when %s', async (_, end) => {
    const closing = new Closing();
    let isClosed = false;
    void closed(closing).then(() => (isClosed = true));
    await vi.advanceTimersByTimeAsync(1000);
    expect(isClosed).toBe(false);
    end(closing);
    await vi.advanceTimersByTimeAsync(0);
    expect(isClosed).toBe(true);
  });

  it('gives up a channel after 5 s without an answer', async () => {
    const channel = new FakeChannel();
    channel.answers['close'] = () => new Promise(() => undefined);
    let isClosed = false;
    void closeChannel(asChannel(channel)).then(() => (isClosed = true));
    await vi.advanceTimersByTimeAsync(4_999);
    expect(isClosed).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(isClosed).toBe(true);
  });
});

describe('the reply code of an error', () => {
  it("is the broker's code for closing; other errors have none", () => {
    expect(replyCodeOf(closedWith(404))).toBe(404);
    expect(replyCodeOf(Object.assign(new Error(), { code: 'ECONNRESET' }))).toBeUndefined();
    expect(replyCodeOf(new Error())).toBeUndefined();
    expect(replyCodeOf(null)).toBeUndefined();
    expect(replyCodeOf(undefined)).toBeUndefined();
  });

  it.each([
    [403, true, true],
    [530, true, false],
    [404, false, true],
    [405, false, true],
    [406, false, true],
    [311, false, false],
    [320, false, false],
    [541, false, false],
  ])('of %s means a refused login: %s; a refusal for good: %s', (code, isLogin, isForGood) => {
    expect(isLoginRefused(closedWith(code))).toBe(isLogin);
    expect(isRefusal(closedWith(code))).toBe(isForGood);
  });
});
