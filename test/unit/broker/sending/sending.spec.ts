import { AsyncLocalStorage } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type BrokerConnection, Outbox } from '../../../../lib/broker/index.js';
import {
  BadDeclaration,
  ConnectionException,
  PublishException,
  PublishForbidden,
  PublishReturned,
  PublishTimeout,
  ValidationError,
} from '../../../../lib/exceptions/index.js';
import { closedWith, type FakeConfirmChannel, FakeConnection } from '../../../support/fake-channels.js';

/** A publishing channel, and the connection that it publishes over. */
class Stage {
  readonly connection = Object.assign(new EventEmitter(), {
    blocked: undefined as string | undefined,
    isUp: false,
    failure: undefined as string | undefined,
    keepConnecting: (): Promise<unknown> => Promise.resolve(this.opened),
  });
  opened = new FakeConnection();
  readonly publishing: Outbox;
  /** What has become of each message, by its topic. */
  readonly outcomes: Record<string, unknown> = {};

  constructor(exchanges = {}, isPassive = false) {
    const reconnect = { delay: 100, maxDelay: 400 };
    const { connection } = this;
    this.publishing = new Outbox(connection as unknown as BrokerConnection, exchanges, isPassive, reconnect);
  }

  /** The newest channel that messages are published on. */
  get channel(): FakeConfirmChannel {
    return this.opened.confirmChannels.at(-1)!;
  }

  /** The topics that were sent on each channel of the connection. */
  get sent(): string[][] {
    return this.opened.confirmChannels.map(({ published }) => published);
  }

  publish(
    topic: string,
    { exchange = 'an.exchange', size = 2, timeout = 60_000, id = `id-${topic}` } = {},
  ): void {
    const publication = {
      exchange,
      routingKey: topic,
      content: Buffer.alloc(size),
      properties: { messageId: id, headers: {} },
    };
    this.outcomes[topic] = 'pending';
    this.publishing.publish(publication, timeout).then(
      () => (this.outcomes[topic] = 'confirmed'),
      (error: unknown) => (this.outcomes[topic] = error),
    );
  }

  /** Publishes a first message, and has it confirmed: any number may follow. */
  async begin(): Promise<void> {
    this.publish('first');
    await settle();
    this.channel.confirm();
    await settle();
    this.channel.published.length = 0;
  }

  publishAll(...names: string[]): void {
    for (const name of names) this.publish(name);
  }

  textOf(topic: string): string {
    return (this.outcomes[topic] as Error).message;
  }

  /** The connection goes with its channels; the next one is there at once. */
  loseConnection(error?: Error): void {
    const old = this.opened;
    this.opened = new FakeConnection();
    if (error) old.emit('error', error);
    old.emit('close', error);
    for (const channel of [...old.channels, ...old.confirmChannels]) if (!channel.isClosed) channel.die();
  }
}

/** Lets all promises go on that wait for nothing else. */
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);
const later = (milliseconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000_000_000 }));
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('publishing', () => {
  it('resolves when the broker has confirmed, each message for itself', async () => {
    const stage = new Stage();
    await stage.begin();
    stage.publishAll('a', 'b');
    expect(stage.sent.at(-1)).toEqual(['a', 'b']);
    stage.channel.confirm(1);
    await settle();
    expect(stage.outcomes).toEqual({ first: 'confirmed', a: 'confirmed', b: 'pending' });
    expect(stage.publishing.outstanding).toBe(1);
    stage.channel.confirm();
    await settle();
    expect(stage.outcomes['b']).toBe('confirmed');
    expect(stage.publishing.outstanding).toBe(0);
  });

  it('lets few frames wait for the socket, where messages can not be taken back', async () => {
    const stage = new Stage();
    await stage.begin();
    expect(stage.channel.callsOf('openConfirmChannel')).toEqual([[{ highWaterMark: 64 }]]);
  });

  it('sends the message as it is, with its properties', async () => {
    const stage = new Stage();
    stage.publish('a', { exchange: 'ex', size: 3 });
    await settle();
    expect(stage.channel.unconfirmed).toMatchObject([
      {
        exchange: 'ex',
        routingKey: 'a',
        content: Buffer.alloc(3),
        properties: { messageId: 'id-a', headers: {} },
      },
    ]);
  });

  it('connects and opens a channel once, however many are published meanwhile', async () => {
    const stage = new Stage();
    const connect = vi.spyOn(stage.connection, 'keepConnecting');
    stage.publishAll('a', 'b', 'c');
    await settle();
    expect(connect).toHaveBeenCalledTimes(1);
    expect(stage.opened.confirmChannels).toHaveLength(1);
    expect(stage.sent).toEqual([['a']]);
    stage.channel.confirm();
    expect(stage.sent).toEqual([['a', 'b', 'c']]);
  });

  it('declares the exchanges on a channel of its own, which is closed, before anything is sent', async () => {
    const stage = new Stage({ shop: { type: 'fanout' } });
    stage.publish('a');
    await settle();
    const [declaring] = stage.opened.channels;
    expect(declaring!.calls).toEqual([
      ['assertExchange', 'shop', 'fanout', { durable: true, autoDelete: false, arguments: {} }],
      ['close'],
    ]);
    const passive = new Stage({ shop: {} }, true);
    passive.publish('a');
    await settle();
    expect(passive.opened.channels[0]!.methods).toEqual(['checkExchange', 'close']);
  });

  it('goes on where the channel that declares is closed with an error: who waits for its answer gets it', async () => {
    const stage = new Stage({ shop: {} });
    stage.publish('a');
    await settle();
    expect(() => stage.opened.channels[0]!.emit('error', closedWith(406))).not.toThrow();
  });

  it('fails a message that the broker rejects or returns, with the reason, and no other', async () => {
    const stage = new Stage();
    await stage.begin();
    stage.publishAll('rejected', 'returned', 'good');
    stage.channel.reject();
    stage.channel.returnOldest();
    await settle();
    expect(stage.outcomes['returned']).toBe('pending');
    stage.channel.confirm();
    await settle();
    expect(stage.outcomes['rejected']).toBeInstanceOf(PublishReturned);
    expect(stage.textOf('rejected')).toContain('basic.nack');
    expect(stage.outcomes['returned']).toBeInstanceOf(PublishReturned);
    expect(stage.textOf('returned')).toBe('The broker returned the message as unroutable: 312 NO_ROUTE');
    expect(stage.outcomes['good']).toBe('confirmed');
  });

  it('knows a message that is returned by its topic and id: both', async () => {
    const stage = new Stage();
    await stage.begin();
    stage.publishAll('a', 'b');
    stage.channel.returnOldest('b');
    stage.publish('c', { id: 'id-a' });
    stage.channel.returnOldest('c');
    stage.channel.confirm();
    await settle();
    expect(stage.outcomes['a']).toBe('confirmed');
    expect(stage.outcomes['b']).toBe('confirmed');
    expect(stage.outcomes['c']).toBeInstanceOf(PublishReturned);
  });

  it('is in the async context of each publisher, whoever has the message sent', async () => {
    const stage = new Stage();
    const storage = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    stage.publish('first');
    await settle();
    stage.channel.onPublish = () => void seen.push(storage.getStore());
    storage.run('mine', () => stage.publish('a'));
    storage.run('yours', () => stage.publish('b'));
    stage.channel.confirm();
    expect(seen).toEqual(['mine', 'yours']);
  });

  it('has at most 1,000 messages unconfirmed', async () => {
    const stage = new Stage();
    await stage.begin();
    for (let n = 0; n < 1500; n++) stage.publish(`m${n}`);
    expect(stage.channel.unconfirmed).toHaveLength(1000);
    stage.channel.confirm(1);
    expect(stage.channel.unconfirmed).toHaveLength(1000);
    expect(stage.publishing.outstanding).toBe(1499);
  });
});

describe('a broker that takes no messages', () => {
  it('is sent none until it takes them again: they wait, and none fails', async () => {
    const stage = new Stage();
    await stage.begin();
    stage.connection.blocked = 'low on memory';
    stage.publishAll('a', 'b');
    await later(10_000);
    expect(stage.sent.at(-1)).toEqual([]);
    expect(stage.outcomes).toMatchObject({ a: 'pending', b: 'pending' });
    stage.connection.blocked = undefined;
    stage.connection.emit('unblocked');
    expect(stage.sent.at(-1)).toEqual(['a', 'b']);
  });

  it('is why a message is too late that waits for it', async () => {
    const stage = new Stage();
    await stage.begin();
    stage.connection.blocked = 'low on memory';
    stage.publish('a', { timeout: 1000 });
    await later(1020);
    expect(stage.outcomes['a']).toBeInstanceOf(PublishTimeout);
    expect(stage.textOf('a')).toBe(
      'The broker did not confirm the message within 1000 ms: the broker takes no messages: low on memory',
    );
    stage.connection.blocked = undefined;
    stage.connection.emit('unblocked');
    expect(stage.sent.at(-1)).toEqual([]);
  });

  it('is not even connected to', async () => {
    const stage = new Stage();
    const connect = vi.spyOn(stage.connection, 'keepConnecting');
    stage.connection.blocked = 'low on memory';
    stage.publish('a');
    await settle();
    expect(connect).not.toHaveBeenCalled();
  });

  it('because its socket is full gets the rest when that has drained', async () => {
    const stage = new Stage();
    await stage.begin();
    stage.channel.onPublish = ({ routingKey }) => routingKey !== 'b';
    stage.publishAll('a', 'b', 'c', 'd');
    expect(stage.sent.at(-1)).toEqual(['a', 'b']);
    stage.channel.confirm(1);
    expect(stage.sent.at(-1)).toEqual(['a', 'b']);
    stage.channel.emit('drain');
    expect(stage.sent.at(-1)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('because its socket is full is not sent more when the socket of a former channel drains', async () => {
    const stage = new Stage();
    await stage.begin();
    const former = stage.channel;
    former.die();
    await later(1000);
    await stage.begin();
    expect(stage.channel).not.toBe(former);
    stage.channel.onPublish = () => false;
    stage.publishAll('a', 'b');
    former.emit('drain');
    expect(stage.sent.at(-1)).toEqual(['a']);
  });

  it('because its socket was full gets messages over the next channel', async () => {
    const stage = new Stage();
    await stage.begin();
    stage.channel.onPublish = () => false;
    stage.publishAll('a', 'b');
    stage.loseConnection();
    await settle();
    stage.channel.confirm();
    expect(stage.sent.at(-1)).toEqual(['a', 'b']);
  });
});

describe('a message that is too late', () => {
  it.each<[string, (stage: Stage) => Promise<unknown> | void, string]>([
    [
      'without a connection',
      (stage) => void (stage.connection.keepConnecting = () => new Promise(() => undefined)),
      'there is no connection to the broker yet',
    ],
    [
      'without a connection, after an attempt failed,',
      ({ connection }) => {
        connection.keepConnecting = () => new Promise(() => undefined);
        connection.failure = 'connect ECONNREFUSED';
      },
      'connect ECONNREFUSED',
    ],
    [
      'without a channel',
      (stage) => {
        stage.connection.keepConnecting = () => new Promise(() => undefined);
        stage.connection.isUp = true;
      },
      'the broker has not opened a channel yet',
    ],
    ['without a confirmation', () => undefined, 'it was sent, but the broker has not confirmed it'],
  ])('%s says so', async (_, prepare, because) => {
    const stage = new Stage();
    await prepare(stage);
    stage.publish('a', { timeout: 500 });
    await later(499);
    expect(stage.outcomes['a']).toBe('pending');
    await later(21);
    expect(stage.outcomes['a']).toBeInstanceOf(PublishTimeout);
    expect(stage.textOf('a')).toBe(`The broker did not confirm the message within 500 ms: ${because}`);
    expect(stage.publishing.outstanding).toBe(0);
  });

  it('behind others that the broker has not taken says so, and is never sent', async () => {
    const stage = new Stage();
    stage.publish('a');
    stage.publish('b', { timeout: 500 });
    await later(520);
    expect(stage.textOf('b')).toContain(
      'it was not sent: it waits behind messages that the broker has not accepted yet',
    );
    stage.channel.confirm();
    stage.publish('c');
    expect(stage.sent).toEqual([['a', 'c']]);
  });

  it('after it was sent on a connection that was lost says both', async () => {
    const stage = new Stage();
    await stage.begin();
    stage.publish('a', { timeout: 500 });
    stage.connection.keepConnecting = () => new Promise(() => undefined);
    stage.loseConnection(closedWith(320, 'CONNECTION_FORCED - bye'));
    await later(520);
    expect(stage.textOf('a')).toBe(
      'The broker did not confirm the message within 500 ms: it was sent, but the broker did not confirm it, and it could not be sent again: the connection was lost: CONNECTION_FORCED - bye',
    );
  });

  it('makes room for the next', async () => {
    const stage = new Stage();
    stage.publish('a', { timeout: 500 });
    await settle();
    stage.publish('b');
    expect(stage.sent).toEqual([['a']]);
    await later(520);
    await later(1000);
    expect(stage.sent).toEqual([['a', 'b']]);
  });

  it('and is confirmed afterwards is no reason for anything', async () => {
    const stage = new Stage();
    await stage.begin();
    stage.publish('a', { timeout: 500 });
    await later(520);
    stage.channel.reject();
    stage.publish('next');
    await settle();
    expect(stage.outcomes['a']).toBeInstanceOf(PublishTimeout);
    expect(stage.sent).toEqual([['a', 'next']]);
  });

  it('with others of that time fails before any other is sent', async () => {
    const stage = new Stage();
    await stage.begin();
    for (let n = 0; n < 1000; n++) stage.publish(`m${n}`, { timeout: 500 });
    for (let n = 0; n < 10; n++) stage.publish(`late${n}`, { timeout: 500 });
    await later(520);
    expect(stage.channel.published.some((topic) => topic.startsWith('late'))).toBe(false);
  });
});

describe('a connection that is lost', () => {
  it('has what it carried sent again on the next one, in order, before what waits, and nothing that was confirmed', async () => {
    const stage = new Stage();
    await stage.begin();
    stage.publishAll('a', 'b', 'c');
    stage.channel.confirm(1);
    stage.connection.blocked = 'for now';
    stage.publish('d');
    stage.connection.blocked = undefined;
    stage.loseConnection();
    await settle();
    expect(stage.sent).toEqual([['b']]);
    stage.channel.confirm();
    expect(stage.sent).toEqual([['b', 'c', 'd']]);
    stage.channel.confirm();
    await settle();
    expect(stage.outcomes).toEqual({
      first: 'confirmed',
      a: 'confirmed',
      b: 'confirmed',
      c: 'confirmed',
      d: 'confirmed',
    });
  });

  it('while a channel is being opened has it opened on the next one, after a pause', async () => {
    const stage = new Stage();
    const lost = stage.opened;
    lost.openConfirmChannel = () => Promise.reject(new Error('Connection closed'));
    stage.publish('a');
    stage.publish('short', { timeout: 40 });
    await settle();
    stage.opened = new FakeConnection();
    await later(49);
    expect(stage.opened.confirmChannels).toHaveLength(0);
    expect(stage.outcomes['a']).toBe('pending');
    await later(60);
    expect(stage.sent).toEqual([['a']]);
    expect(stage.textOf('short')).toContain(': Connection closed');
  });

  it('is watched once, and its end is told by the connection that is used', async () => {
    const stage = new Stage();
    await stage.begin();
    stage.channel.die();
    await later(1000);
    await stage.begin();
    expect(stage.opened.listenerCount('error')).toBe(1);
    const former = stage.opened;
    stage.loseConnection();
    stage.publish('a', { timeout: 500 });
    await settle();
    former.emit('error', new Error('of another'));
    stage.connection.keepConnecting = () => new Promise(() => undefined);
    stage.loseConnection();
    await later(520);
    expect(stage.textOf('a')).toMatch(/: the connection was lost$/);
  });

  it('with an error for a message in flight alone has others sent first; in the end it fails with that', async () => {
    const stage = new Stage();
    await stage.begin();
    const blame = (): void => stage.loseConnection(closedWith(501, 'FRAME_ERROR - x'));
    stage.publish('bad');
    blame();
    stage.publish('good');
    await settle();
    expect(stage.sent).toEqual([['good']]);
    stage.channel.confirm();
    for (let n = 0; n < 2; n++) {
      expect(stage.outcomes['bad']).toBe('pending');
      await later(2000);
      expect(stage.sent.at(-1)!.at(-1)).toBe('bad');
      blame();
      await settle();
    }
    expect(stage.outcomes['bad']).toBeInstanceOf(PublishReturned);
    expect(stage.textOf('bad')).toContain('FRAME_ERROR - x');
    expect(stage.outcomes['good']).toBe('confirmed');
  });

  it('twice without a word has what it carried sent one at a time', async () => {
    const stage = new Stage();
    await stage.begin();
    stage.publishAll('a', 'b');
    stage.loseConnection();
    await settle();
    stage.channel.confirm(0);
    // The broker answers nothing, and after a second more is sent.
    await later(1000);
    expect(stage.sent).toEqual([['a', 'b']]);
    stage.loseConnection();
    await settle();
    expect(stage.sent).toEqual([['a']]);
    stage.channel.confirm();
    expect(stage.sent).toEqual([['a', 'b']]);
    stage.publish('c');
    expect(stage.sent).toEqual([['a', 'b']]);
    stage.channel.confirm();
    expect(stage.sent).toEqual([['a', 'b', 'c']]);
  });
});

describe('a channel that the broker closes', () => {
  const missing = closedWith(404, "NOT_FOUND - no exchange 'missing' in vhost '/'");

  it('for an exchange has its message tried again later, and the others at once', async () => {
    const stage = new Stage();
    await stage.begin();
    stage.publish('bad', { exchange: 'missing' });
    stage.publishAll('a', 'b');
    stage.channel.die(missing);
    await settle();
    expect(stage.sent.at(-1)).toEqual(['a']);
    stage.channel.confirm();
    expect(stage.sent.at(-1)).toEqual(['a', 'b']);
    stage.channel.confirm();
    await later(110);
    expect(stage.sent.at(-1)).toEqual(['a', 'b', 'bad']);
    stage.channel.confirm();
    await settle();
    expect(stage.outcomes).toMatchObject({ a: 'confirmed', b: 'confirmed', bad: 'confirmed' });
    expect(stage.opened.confirmChannels).toHaveLength(2);
  });

  it('for an exchange has other messages there wait until one has passed', async () => {
    const stage = new Stage();
    await stage.begin();
    stage.publish('bad', { exchange: 'missing' });
    stage.channel.die(missing);
    stage.publish('other', { exchange: 'missing', timeout: 300 });
    stage.publish('a');
    await settle();
    expect(stage.sent.at(-1)).toEqual(['a']);
    stage.channel.confirm();
    stage.publish('b');
    expect(stage.sent.at(-1)).toEqual(['a', 'b']);
    stage.channel.confirm();
    await later(200);
    expect(stage.sent.at(-1)).toEqual(['a', 'b', 'bad']);
    // It travels alone.
    stage.publish('c');
    expect(stage.sent.at(-1)).toEqual(['a', 'b', 'bad']);
    await later(200);
    expect(stage.textOf('other')).toContain("NOT_FOUND - no exchange 'missing'");
    stage.channel.confirm();
    expect(stage.sent.at(-1)).toEqual(['a', 'b', 'bad', 'c']);
  });

  it('for a message that the user may not write fails it at once with that, and no other', async () => {
    const stage = new Stage();
    await stage.begin();
    stage.publish('bad', { exchange: 'secret' });
    stage.publish('good');
    stage.channel.die(closedWith(403, "ACCESS_REFUSED - write access to exchange 'secret' refused"));
    await settle();
    expect(stage.outcomes['bad']).toBeInstanceOf(PublishForbidden);
    expect(stage.sent.at(-1)).toEqual(['good']);
    stage.channel.confirm();
    // The next one there is tried alone, and may pass.
    stage.publishAll('x');
    stage.publish('again', { exchange: 'secret' });
    expect(stage.sent.at(-1)).toEqual(['good', 'x']);
    stage.channel.confirm();
    expect(stage.sent.at(-1)).toEqual(['good', 'x', 'again']);
    stage.publish('y');
    expect(stage.sent.at(-1)).toEqual(['good', 'x', 'again']);
    stage.channel.confirm();
    stage.publish('free', { exchange: 'secret' });
    stage.publish('z');
    expect(stage.sent.at(-1)!.slice(-3)).toEqual(['y', 'free', 'z']);
  });

  it('for no reason that names a message has each sent again alone, after a pause; the guilty one fails', async () => {
    const stage = new Stage();
    await stage.begin();
    const wrong = closedWith(406, "PRECONDITION_FAILED - invalid 'CC' header");
    stage.publishAll('a', 'bad', 'b');
    stage.channel.die(wrong);
    await settle();
    expect(stage.opened.confirmChannels).toHaveLength(1);
    await later(100);
    expect(stage.sent.at(-1)).toEqual(['a']);
    stage.channel.confirm();
    expect(stage.sent.at(-1)).toEqual(['a', 'bad']);
    stage.channel.die(wrong);
    await settle();
    expect(stage.outcomes['bad']).toBeInstanceOf(PublishReturned);
    expect(stage.sent.at(-1)).toEqual(['b']);
    stage.channel.confirm();
    await settle();
    expect(stage.outcomes).toMatchObject({ a: 'confirmed', b: 'confirmed' });
  });

  it('for a message without naming its exchange leaves other messages there alone', async () => {
    const stage = new Stage();
    await stage.begin();
    stage.publish('bad');
    stage.channel.die(closedWith(406, "PRECONDITION_FAILED - invalid 'CC' header"));
    stage.publishAll('a', 'b', 'c');
    await settle();
    expect(stage.outcomes['bad']).toBeInstanceOf(PublishReturned);
    stage.channel.confirm();
    expect(stage.sent.at(-1)).toEqual(['a', 'b', 'c']);
  });

  it('for an exchange again and again has its message tried after pauses that grow, whatever else passes', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    const stage = new Stage();
    await stage.begin();
    stage.publish('bad', { exchange: 'missing' });
    for (const pause of [50, 100, 200]) {
      stage.channel.die(missing);
      stage.publish('other');
      await settle();
      expect(stage.sent.at(-1)).toEqual(['other']);
      stage.channel.confirm();
      await later(pause - 1);
      expect(stage.sent.at(-1)).toEqual(['other']);
      await later(1);
      expect(stage.sent.at(-1)).toEqual(['other', 'bad']);
    }
    // It passes, and the next one that is put off is tried soon.
    stage.publish('worse', { exchange: 'missing' });
    stage.channel.confirm();
    expect(stage.sent.at(-1)).toEqual(['other', 'bad', 'worse']);
    stage.channel.die(missing);
    stage.publish('last');
    await settle();
    stage.channel.confirm();
    await later(49);
    expect(stage.sent.at(-1)).toEqual(['last']);
    await later(1);
    expect(stage.sent.at(-1)).toEqual(['last', 'worse']);
  });

  it('for several exchanges has the second message tried soon when the first has passed', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    const stage = new Stage();
    await stage.begin();
    const gone = closedWith(404, "NOT_FOUND - no exchange 'gone' in vhost '/'");
    stage.publish('a', { exchange: 'missing' });
    for (const pause of [50, 100, 200]) {
      stage.channel.die(missing);
      await settle();
      await later(pause);
      expect(stage.sent.at(-1)).toEqual(['a']);
    }
    stage.publish('b', { exchange: 'gone' });
    stage.channel.die(missing);
    await settle();
    expect(stage.sent.at(-1)).toEqual(['b']);
    stage.channel.die(gone);
    await settle();
    await later(400);
    expect(stage.sent.at(-1)).toEqual(['a']);
    stage.channel.confirm();
    expect(stage.sent.at(-1)).toEqual(['a', 'b']);
    stage.channel.die(gone);
    await settle();
    await later(50);
    expect(stage.sent.at(-1)).toEqual(['b']);
  });

  it('with nothing in flight is replaced after pauses that grow, and when there is something to send', async () => {
    const stage = new Stage();
    // Half of what the number of failures asks for.
    vi.spyOn(Math, 'random').mockReturnValue(0);
    await stage.begin();
    for (const pause of [100, 200, 400, 400]) {
      stage.channel.die(closedWith(541, 'INTERNAL_ERROR'));
      const channels = stage.opened.confirmChannels.length;
      stage.publish('next');
      await later(pause / 2 - 1);
      expect(stage.opened.confirmChannels).toHaveLength(channels);
      await later(1);
      expect(stage.opened.confirmChannels).toHaveLength(channels + 1);
      stage.channel.confirm();
      await settle();
    }
    stage.channel.die(closedWith(541, 'INTERNAL_ERROR'));
    await later(5000);
    expect(stage.opened.confirmChannels).toHaveLength(5);
  });

  it('for a size has larger messages fail unsent, those that wait and those that come', async () => {
    const stage = new Stage();
    await stage.begin();
    stage.channel.onPublish = () => false;
    stage.publish('large', { size: 20_000 });
    stage.publish('waits', { size: 30_000 });
    stage.publish('fits', { size: 9_000 });
    const text = 'PRECONDITION_FAILED - message size 20000 is larger than configured max size 10000';
    stage.channel.die(closedWith(406, text));
    await settle();
    expect(stage.outcomes['large']).toBeInstanceOf(PublishReturned);
    expect(stage.textOf('large')).toBe(`The broker refused the message: ${text}`);
    expect(stage.textOf('waits')).toBe(`The broker refused the message: ${text.replace('20000', '30000')}`);
    stage.publish('later', { size: 10_001 });
    await settle();
    expect(stage.textOf('later')).toContain('message size 10001 is larger');
    expect(Object.hasOwn(stage.outcomes['later'] as Error, 'cause')).toBe(false);
    await later(1000);
    expect(stage.sent.at(-1)).toEqual(['fits']);
    stage.channel.confirm();
    // Another broker may take more.
    stage.loseConnection();
    stage.publish('small');
    await settle();
    stage.channel.confirm();
    stage.publish('larger', { size: 20_000 });
    await settle();
    expect(stage.sent.at(-1)).toEqual(['small', 'larger']);
  });

  it('may do so for a body larger than any before: that travels alone', async () => {
    const stage = new Stage();
    await stage.begin();
    stage.publish('small');
    stage.publish('large', { size: 50_000 });
    stage.publish('next');
    expect(stage.sent.at(-1)).toEqual(['small']);
    stage.channel.confirm();
    expect(stage.sent.at(-1)).toEqual(['small', 'large']);
    stage.channel.confirm();
    expect(stage.sent.at(-1)).toEqual(['small', 'large', 'next']);
    stage.publish('as large', { size: 50_000 });
    stage.publish('last');
    expect(stage.sent.at(-1)!.slice(-2)).toEqual(['as large', 'last']);
  });

  it('does so at once: a body that has travelled alone for a second is not waited for, and taken', async () => {
    const stage = new Stage();
    await stage.begin();
    stage.publish('large', { size: 50_000 });
    stage.publish('next');
    await later(999);
    expect(stage.sent.at(-1)).toEqual(['large']);
    await later(1);
    stage.publish('as large', { size: 50_000 });
    stage.publish('last');
    expect(stage.sent.at(-1)).toEqual(['large', 'next', 'as large', 'last']);
  });

  it('has a body that travels alone wait for others for a second, and then go beside them', async () => {
    const stage = new Stage();
    await stage.begin();
    stage.publish('stuck');
    stage.publish('large', { size: 50_000 });
    await later(999);
    expect(stage.sent.at(-1)).toEqual(['stuck']);
    await later(1);
    expect(stage.sent.at(-1)).toEqual(['stuck', 'large']);
  });

  it('is not taken to have taken a large body while it takes no messages', async () => {
    const stage = new Stage();
    await stage.begin();
    stage.publish('large', { size: 50_000 });
    stage.connection.blocked = 'low on memory';
    await later(1000);
    stage.connection.blocked = undefined;
    stage.connection.emit('unblocked');
    stage.publish('other large', { size: 50_000 });
    expect(stage.sent.at(-1)).toEqual(['large']);
  });

  it('has the next large body wait for others again where one that waited is too late', async () => {
    const stage = new Stage();
    await stage.begin();
    stage.publish('stuck');
    stage.publish('large', { size: 50_000, timeout: 500 });
    await later(520);
    stage.publish('small');
    await later(600);
    stage.publish('other large', { size: 50_000 });
    expect(stage.sent.at(-1)).toEqual(['stuck', 'small']);
    await later(1000);
    expect(stage.sent.at(-1)).toEqual(['stuck', 'small', 'other large']);
  });

  it('is not taken to have taken a large body that it has not read', async () => {
    const stage = new Stage();
    await stage.begin();
    stage.channel.onPublish = () => false;
    stage.publish('large', { size: 50_000 });
    await later(1000);
    stage.channel.onPublish = () => true;
    stage.channel.emit('drain');
    stage.publish('other large', { size: 50_000 });
    expect(stage.sent.at(-1)).toEqual(['large']);
    stage.channel.confirm();
    expect(stage.sent.at(-1)).toEqual(['large', 'other large']);
  });
});

describe('a message that can not be sent', () => {
  it.each([new TypeError('Invalid value'), new RangeError('out of range')])(
    'because it can not be written is a ValidationError, and nothing else suffers: %s',
    async (thrown) => {
      const stage = new Stage();
      await stage.begin();
      stage.channel.onPublish = ({ routingKey }) => {
        if (routingKey === 'bad') throw thrown;
      };
      stage.publishAll('bad', 'good');
      await settle();
      expect(stage.outcomes['bad']).toBeInstanceOf(ValidationError);
      expect(stage.textOf('bad')).toMatch(
        /^The message "id-bad" with topic ".*\/headers can't be written as an AMQP table: /,
      );
      expect(stage.textOf('bad')).toContain(thrown.message);
      expect(stage.sent.at(-1)).toEqual(['good']);
      expect(stage.publishing.outstanding).toBe(1);
      expect(stage.opened.confirmChannels).toHaveLength(1);
    },
  );

  it('and has no id is an error without one', async () => {
    const stage = new Stage();
    await stage.begin();
    stage.channel.onPublish = () => {
      throw new TypeError('Invalid value');
    };
    const publication = { exchange: '', routingKey: 'bad', content: Buffer.alloc(0), properties: {} };
    await expect(stage.publishing.publish(publication, 1000)).rejects.toThrow(/^The message null/);
  });

  it('because the channel is closed already is sent on the next one', async () => {
    const stage = new Stage();
    await stage.begin();
    stage.channel.onPublish = () => {
      throw new Error('Channel closed');
    };
    stage.publishAll('a', 'b');
    await settle();
    expect(stage.sent).toEqual([[], ['a']]);
    stage.channel.confirm();
    expect(stage.sent).toEqual([[], ['a', 'b']]);
  });

  it.each<[string, Error]>([
    ['the connection is refused', new ConnectionException('no broker')],
    ['an exchange is refused', new BadDeclaration('exchange', { name: 'x' }, 'no')],
  ])('because %s fails with that, and so do all that wait', async (_, error) => {
    const stage = new Stage();
    stage.connection.keepConnecting = () => Promise.reject(error);
    stage.publishAll('a', 'b');
    await settle();
    expect(stage.outcomes).toEqual({ a: error, b: error });
    stage.connection.keepConnecting = () => Promise.resolve(stage.opened);
    stage.publish('c');
    await settle();
    expect(stage.sent).toEqual([['c']]);
  });

  it('again because the next connection is refused says that it was sent', async () => {
    const stage = new Stage();
    await stage.begin();
    stage.publish('a');
    const error = new ConnectionException('no broker');
    stage.connection.keepConnecting = () => Promise.reject(error);
    stage.loseConnection();
    await settle();
    expect(stage.outcomes['a']).toBeInstanceOf(PublishException);
    expect(stage.textOf('a')).toBe('The message was sent, but the broker has not confirmed it: no broker');
    expect((stage.outcomes['a'] as Error).cause).toBe(error);
  });
});

describe('a broker that rejects a message', () => {
  it('gets the next ones over another channel, once all on the first are answered', async () => {
    const stage = new Stage();
    await stage.begin();
    stage.publishAll('a', 'b');
    const [first] = stage.opened.confirmChannels;
    first!.reject();
    stage.publish('c');
    expect(stage.sent).toEqual([['a', 'b']]);
    first!.confirm();
    await settle();
    expect(first!.isClosed).toBe(true);
    expect(stage.sent).toEqual([['a', 'b'], ['c']]);
  });

  it('again within a second goes on over the same channel', async () => {
    const stage = new Stage();
    await stage.begin();
    await later(2000);
    const reject = async (topic: string): Promise<number> => {
      stage.publish(topic);
      await settle();
      stage.channel.reject();
      stage.publish(`after ${topic}`);
      await settle();
      stage.channel.confirm();
      await settle();
      return stage.opened.confirmChannels.length;
    };
    expect(await reject('a')).toBe(2);
    await later(1000);
    expect(await reject('b')).toBe(2);
    await later(1);
    expect(await reject('c')).toBe(3);
  });

  it('and answers late that a channel is closed that has been replaced does not disturb the next', async () => {
    const stage = new Stage();
    await stage.begin();
    await later(2000);
    const [first] = stage.opened.confirmChannels;
    let answer!: () => void;
    first!.answers['close'] = () => new Promise<void>((resolve) => (answer = resolve));
    stage.publish('a');
    first!.reject();
    stage.publish('b');
    await settle();
    answer();
    await settle();
    expect(first!.isClosed).toBe(true);
    stage.channel.confirm();
    stage.publish('c');
    await settle();
    expect(stage.sent).toEqual([['a'], ['b', 'c']]);
  });

  it('and loses the channel then has it replaced once', async () => {
    const stage = new Stage();
    await stage.begin();
    await later(2000);
    stage.publishAll('a', 'b');
    stage.channel.reject();
    stage.loseConnection();
    await settle();
    stage.channel.confirm();
    stage.publish('c');
    await settle();
    expect(stage.sent).toEqual([['b', 'c']]);
  });
});

describe('shutting publishing down', () => {
  it('waits for what is outstanding, closes the channel, and takes nothing more', async () => {
    const stage = new Stage();
    await stage.begin();
    stage.publish('a');
    let isClosed = false;
    void stage.publishing.close().then(() => (isClosed = true));
    stage.publish('late');
    await later(100_000);
    // The timeout of the message itself.
    expect(stage.outcomes['a']).toBeInstanceOf(PublishTimeout);
    expect(stage.outcomes['late']).toBeInstanceOf(PublishException);
    expect(stage.textOf('late')).toBe('The application has shut down publishing');
    expect(isClosed).toBe(true);
    expect(stage.channel.isClosed).toBe(true);
  });

  it('is done once a message that was outstanding is confirmed', async () => {
    const stage = new Stage();
    await stage.begin();
    stage.publish('a');
    let isClosed = false;
    const closed = stage.publishing.close(5000).then(() => (isClosed = true));
    await later(1000);
    expect(isClosed).toBe(false);
    stage.channel.confirm();
    await settle();
    await closed;
    expect(stage.outcomes['a']).toBe('confirmed');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('fails what is left after its limit, and says whether it was sent', async () => {
    const stage = new Stage();
    stage.publishAll('sent', 'unsent');
    await settle();
    const closed = stage.publishing.close(500);
    await later(499);
    expect(stage.outcomes).toEqual({ sent: 'pending', unsent: 'pending' });
    await later(1);
    await closed;
    expect(stage.textOf('sent')).toBe(
      'The application shut down publishing before the broker confirmed the message',
    );
    expect(stage.textOf('unsent')).toBe('The application shut down publishing before the message was sent');
    expect(stage.sent).toEqual([['sent']]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('says of what was sent on a connection that was lost that the broker did not confirm it', async () => {
    const stage = new Stage();
    await stage.begin();
    stage.publish('bad', { exchange: 'missing' });
    stage.publish('sent');
    stage.channel.die(closedWith(404, "NOT_FOUND - no exchange 'missing' in vhost '/'"));
    stage.connection.keepConnecting = () => new Promise(() => undefined);
    stage.loseConnection();
    const closed = stage.publishing.close(10);
    await later(10);
    await closed;
    expect(stage.textOf('sent')).toContain('before the broker confirmed the message');
    expect(stage.textOf('bad')).toContain('before the message was sent');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('with a limit that no timer takes has none', async () => {
    const stage = new Stage();
    await stage.begin();
    stage.publish('a');
    void stage.publishing.close(2 ** 31);
    // That of the message.
    expect(vi.getTimerCount()).toBe(1);
    await later(100);
    expect(stage.outcomes['a']).toBe('pending');
    const other = new Stage();
    await other.begin();
    other.publish('a');
    const timers = vi.getTimerCount();
    void other.publishing.close(2 ** 31 - 1);
    expect(vi.getTimerCount()).toBe(timers + 1);
  });

  it('is done at once where nothing is outstanding, with a channel or without, and once', async () => {
    const unused = new Stage();
    await unused.publishing.close();
    expect(unused.opened.confirmChannels).toEqual([]);
    const used = new Stage();
    await used.begin();
    await Promise.all([used.publishing.close(1000), used.publishing.close()]);
    expect(used.channel.callsOf('close')).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('while a channel has failed lately opens no other', async () => {
    const stage = new Stage();
    await stage.begin();
    stage.channel.die(closedWith(541, 'INTERNAL_ERROR'));
    await stage.publishing.close();
    expect(vi.getTimerCount()).toBe(0);
    await later(10_000);
    expect(stage.opened.confirmChannels).toHaveLength(1);
  });
});
