import { connect } from 'amqplib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isChannelWriter, writeDirectly } from '../../lib/broker/direct-writes.js';
import { amqpUrl, unique } from '../support/shared-rabbitmq.js';

describe('a channel that the broker closes while much of it waits for the socket', () => {
  it('is followed by another on the same connection', async () => {
    const model = await connect(amqpUrl());
    onTestFinished(() => model.close());
    if (!isChannelWriter(model.connection)) throw new Error('amqplib has another shape');
    writeDirectly(model.connection);
    const channel = await model.createConfirmChannel();
    const reason = new Promise<Error>((resolve) => channel.once('error', resolve));
    const closed = new Promise((resolve) => channel.once('close', resolve));
    channel.publish(unique('missing'), 'x', Buffer.from('{}'));
    // More than the buffers of sockets hold.
    for (let i = 0; i < 60; i++) channel.publish('amq.topic', unique('x'), Buffer.alloc(1024 * 1024));
    expect((await reason).message).toContain('NOT_FOUND');
    await closed;

    const next = await model.createConfirmChannel();
    next.publish('amq.topic', unique('x'), Buffer.from('{}'));
    await next.waitForConfirms();
  });
});
