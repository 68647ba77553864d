import { type ChannelModel, type ConfirmChannel, connect } from 'amqplib';
import { describe, expect, it, onTestFinished } from 'vitest';
// Not imported by the room's index: this tests amqplib's behaviour, which no other room may know.
import {
  handshakeCode,
  isClosed,
  isNack,
  isNoChannelsLeft,
  isVirtualHostRefused,
  reasonOf,
} from '../../lib/broker/amqplib/errors.js';
import { ChannelNumbers } from '../../lib/broker/amqplib/channel-numbers.js';
import { frameMaxOf, heartbeatOf, isFrameReceiver, socketOf } from '../../lib/broker/amqplib/internals.js';
import { errorOf } from '../support/error-of.js';
import { amqpUrl, RawClient, unique } from '../support/shared-rabbitmq.js';

const MIB = 1024 * 1024;

/** A connection of the installed amqplib. */
async function connected(query = ''): Promise<ChannelModel> {
  const model = await connect(amqpUrl('guest', 'guest', query));
  model.on('error', () => undefined);
  onTestFinished(() => model.close().catch(() => undefined));
  return model;
}

/** The error with which the broker closes a channel. */
function closingErrorOf(channel: ConfirmChannel): Promise<Error> {
  const error = new Promise<Error>((resolve) => channel.once('error', resolve));
  return new Promise((resolve) => channel.once('close', () => resolve(error)));
}

describe('an error of amqplib is recognised', () => {
  it('when the broker rejects a message, but not when its channel is lost', async () => {
    const model = await connected();
    const channel = await model.createConfirmChannel();
    channel.on('error', () => undefined);
    const queue = unique('full');
    await channel.assertQueue(queue, {
      exclusive: true,
      arguments: { 'x-max-length': 1, 'x-overflow': 'reject-publish' },
    });
    const publish = (exchange: string): Promise<Error | null> =>
      new Promise((resolve) => channel.publish(exchange, queue, Buffer.from('x'), {}, resolve as never));
    await publish('');
    const rejected = await publish('');
    const lost = await publish(unique('missing'));
    expect([rejected, lost].map((error) => error && isNack(error))).toEqual([true, false]);
  });

  it('when a connection has no channel left', async () => {
    const model = await connected('?channelMax=1');
    await model.createChannel();
    expect(isNoChannelsLeft(await errorOf(model.createChannel()))).toBe(true);
  });

  it('when a channel is closing or closed', async () => {
    const channel = await (await connected()).createChannel();
    const closing = channel.close();
    const cancel = async (): Promise<unknown> => channel.cancel('x');
    expect(isClosed(await errorOf(cancel()))).toBe(true);
    await closing;
    expect(isClosed(await errorOf(cancel()))).toBe(true);
  });

  it("when the broker closes a channel, with the broker's words and code", async () => {
    const channel = await (await connected()).createChannel();
    channel.on('error', () => undefined);
    const error = await errorOf(channel.checkQueue('missing "queue"'));
    expect(reasonOf(error)).toBe(`NOT_FOUND - no queue 'missing "queue"' in vhost '/'`);
    expect(error).toHaveProperty('code', 404);
  });

  it('when the broker refuses the password', async () => {
    const error = await errorOf(connect(amqpUrl('guest', 'wrong')));
    expect(handshakeCode(error)).toBe(403);
    expect(reasonOf(error)).toContain('ACCESS_REFUSED');
    expect(isVirtualHostRefused(error)).toBe(false);
  });

  it('when the broker refuses the virtual host', async () => {
    const error = await errorOf(connect(amqpUrl().replace(/\/$/, `/${unique('missing')}`)));
    expect(isVirtualHostRefused(error)).toBe(true);
    expect(handshakeCode(error)).toBeUndefined();
  });
});

describe('a connection of amqplib', () => {
  it('shows its socket, and the heartbeat and the frame size that were negotiated', async () => {
    const model = await connected('?heartbeat=17&frameMax=8192');
    expect(heartbeatOf(model)).toBe(17);
    expect(frameMaxOf(model)).toBe(8192);
    expect(socketOf(model)?.writableNeedDrain).toBe(false);
    expect(isFrameReceiver(model.connection)).toBe(true);
  });

  it('has encoded the properties of a message when publish() returns', async () => {
    const raw = await RawClient.open();
    const queue = unique('encoded');
    raw.deleteLater(queue);
    const channel = await (await connected()).createConfirmChannel();
    await channel.assertQueue(queue, { autoDelete: true, durable: false });
    const headers = { nested: { text: 'before' } };
    const properties = { headers, messageId: 'before' };
    channel.publish('', queue, Buffer.from('x'), properties);
    headers.nested = { text: 'after' };
    properties.messageId = 'after';
    await channel.waitForConfirms();
    const received = await channel.get(queue, { noAck: true });
    expect(received).toMatchObject({
      properties: { messageId: 'before', headers: { nested: { text: 'before' } } },
    });
  });
});

describe('a channel that the broker closes while megabytes wait for the socket', () => {
  async function closedWhileWriting(model: ChannelModel, numbers?: ChannelNumbers): Promise<Error> {
    const channel = await model.createConfirmChannel();
    numbers?.watch(channel);
    const closed = closingErrorOf(channel);
    channel.publish(unique('missing'), 'x', Buffer.from('{}'));
    // More than the buffers of sockets hold.
    for (let i = 0; i < 60; i++) channel.publish('amq.topic', unique('x'), Buffer.alloc(MIB));
    return closed;
  }

  it('is followed by another channel on the same connection, after its frames have been written', async () => {
    const model = await connected();
    const numbers = new ChannelNumbers(socketOf(model));
    expect((await closedWhileWriting(model, numbers)).message).toContain('NOT_FOUND');
    await numbers.whenFree();
    const next = await model.createConfirmChannel();
    next.publish('amq.topic', unique('x'), Buffer.from('{}'));
    await next.waitForConfirms();
  });

  it('makes amqplib lose the connection if the next channel does not wait', async () => {
    const model = await connected();
    const lost = new Promise<Error>((resolve) => model.once('error', resolve));
    await closedWhileWriting(model);
    const next = await model.createConfirmChannel().catch(() => undefined);
    next?.on('error', () => undefined);
    next?.publish('amq.topic', unique('x'), Buffer.from('{}'));
    // The broker receives the rest of the first channel (505), or the same number opened twice (504).
    expect(await lost).toMatchObject({ message: expect.stringMatching(/50[45]/) as string });
  });
});
