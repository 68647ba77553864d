import { EventEmitter } from 'node:events';
import { Duplex } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import type { ChannelModel } from 'amqplib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { AmqplibConnection } from '../../../../lib/broker/amqplib/amqplib-connection.js';
import type { ConfirmChannel, Publication, PublishProperties } from '../../../../lib/broker/port.js';
import { NoFreeChannels } from '../../../../lib/exceptions/index.js';
import { errorOf } from '../../../support/error-of.js';

/** A connection in the form of amqplib, with channels that do nothing. */
class FakeModel extends EventEmitter {
  readonly connection = {
    serverProperties: { product: 'RabbitMQ', version: '4.0.5' },
    stream: new Duplex({ read: () => undefined, write: (_, __, done) => done() }),
    heartbeat: 17,
    frameMax: 8192,
  };
  readonly channel = new EventEmitter();
  createChannel = (): Promise<EventEmitter> => Promise.resolve(this.channel);
  createConfirmChannel = (options: object): Promise<EventEmitter> =>
    Promise.resolve(Object.assign(this.channel, { options }));
}

const connectionOf = (model: FakeModel): AmqplibConnection =>
  new AmqplibConnection(model as unknown as ChannelModel);

describe('a connection by amqplib', () => {
  it("gives amqplib's own channels, with confirms or without, and reports the heartbeat and RabbitMQ's version", async () => {
    const model = new FakeModel();
    const connection = connectionOf(model);
    expect(connection.heartbeat).toBe(17);
    expect(connection.rabbitMqVersion).toBe('4.0.5');
    expect(await connection.openChannel()).toBe(model.channel);
    expect(await connection.openConfirmChannel({ highWaterMark: 3 })).toBe(model.channel);
    expect(model.channel).toHaveProperty('options', { highWaterMark: 3 });
  });

  it('fails with NoFreeChannels when it has as many channels as the broker allows', async () => {
    const cause = new Error('No channels left to allocate');
    const model = new FakeModel();
    model.createChannel = () => Promise.reject(cause);
    const error = await errorOf(connectionOf(model).openChannel());
    expect(error).toBeInstanceOf(NoFreeChannels);
    expect(error.message).toMatch(/channel_max.*fewer consumers/);
    expect(error.cause).toBe(cause);
  });

  it('opens the next channel after the frames of a closed channel have left', async () => {
    const model = new FakeModel();
    let isWritten = (): void => undefined;
    model.connection.stream = new Duplex({
      read: () => undefined,
      write: (_, __, done) => (isWritten = done),
      writableHighWaterMark: 1,
    });
    const connection = connectionOf(model);
    await connection.openChannel();
    model.connection.stream.write('frames of the channel');
    model.channel.emit('close');
    const create = vi.spyOn(model, 'createChannel');
    const next = connection.openChannel();
    for (let turns = 0; turns < 10; turns++) await turn();
    expect(create).not.toHaveBeenCalled();
    isWritten();
    expect(await next).toBe(model.channel);
  });

  it('passes on any other reason why it opens no channel', async () => {
    const failure = new Error('Connection closed');
    const model = new FakeModel();
    model.createConfirmChannel = () => Promise.reject(failure);
    expect(await errorOf(connectionOf(model).openConfirmChannel({ highWaterMark: 1 }))).toBe(failure);
  });
});

describe("publishing on amqplib's channel", () => {
  /** A channel that records its arguments, and throws when the topic is 'bad'. */
  function recorder() {
    const given: { headers: object | undefined; written: object }[] = [];
    const publish: ConfirmChannel['publish'] = (_, routingKey, __, { headers }) => {
      if (routingKey === 'bad') throw new TypeError('Invalid value');
      given.push({ headers, written: { ...headers } });
      return true;
    };
    const connection = connectionOf(new FakeModel());
    const send = (properties: PublishProperties, routingKey = 'good'): boolean => {
      const publication: Publication = { exchange: '', routingKey, content: Buffer.alloc(0), properties };
      return connection.publish({ publish } as ConfirmChannel, publication, () => undefined);
    };
    return { given, send };
  }

  it('lends amqplib one object for all headers with the same names', () => {
    const { given, send } = recorder();
    for (const id of [1, 2, 3]) send({ headers: { id } });
    expect(given.map(({ written }) => written)).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
    expect(given[2]!.headers).toBe(given[1]!.headers);
  });

  it("returns the headers unchanged, also when they can't be written", () => {
    const { given, send } = recorder();
    const headers = { table: { inner: 1 } };
    for (const topic of ['good', 'good', 'bad']) {
      const properties = { headers };
      try {
        send(properties, topic);
      } catch (error) {
        expect(error).toBeInstanceOf(TypeError);
      }
      expect(properties.headers).toBe(headers);
      expect(headers).toEqual({ table: { inner: 1 } });
    }
    send({});
    expect(given.map(({ written }) => written)).toEqual([headers, headers, {}]);
  });

  it('is refused when the properties need a larger frame than was negotiated', () => {
    const { given, send } = recorder();
    expect(() => send({ headers: { text: 'x'.repeat(8192) } })).toThrow(
      /the connection allows 8192 \(frame_max\)/,
    );
    expect(given).toEqual([]);
  });
});

describe('a connection with a deadline for closing', () => {
  afterEach(() => void vi.useRealTimers());

  function cut() {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const model = new FakeModel();
    const { stream } = model.connection;
    stream.on('error', () => undefined);
    return { stream, connection: connectionOf(model) };
  }

  it('is cut when it is still open at the deadline, and not before', () => {
    const { stream, connection } = cut();
    connection.cutAfter(100);
    vi.advanceTimersByTime(99);
    expect(stream.destroyed).toBe(false);
    vi.advanceTimersByTime(1);
    expect(stream.destroyed).toBe(true);
    expect(stream.errored?.message).toBe('The broker did not answer the closing handshake');
  });

  it('leaves no timer when it is closed before, or already', async () => {
    const { stream, connection } = cut();
    connection.cutAfter(100);
    stream.destroy();
    await turn();
    expect(vi.getTimerCount()).toBe(0);
    connection.cutAfter(100);
    expect(vi.getTimerCount()).toBe(0);
  });
});
