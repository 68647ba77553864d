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

/** A publishing channel, and its connection. */
class Stage {
  readonly connection = Object.assign(new EventEmitter(), {
    blocked: undefined as string | undefined,
    isUp: false,
    failure: undefined as string | undefined,
    keepConnecting: (): Promise<unknown> => Promise.resolve(this.opened),
  });
  opened = new FakeConnection();
  readonly publishing: Outbox;
  /** The result of each message, by topic. */
  readonly outcomes: Record<string, unknown> = {};

  constructor(exchanges = {}, isPassive = false) {
    const reconnect = { delay: 100, maxDelay: 400 };
    const { connection } = this;
    this.publishing = new Outbox(connection as unknown as BrokerConnection, exchanges, isPassive, reconnect);
  }

  /** The newest channel for messages. */
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

  /** Publishes a first message, and has it confirmed: after that, any number may be in flight. */
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

  /** The connection goes with its channels; the next connection is there at once. */
  loseConnection(error?: Error): void {
    const old = this.opened;
    this.opened = new FakeConnection();
    if (error) old.emit('error', error);
    old.emit('close', error);
    for (const channel of [...old.channels, ...old.confirmChannels]) if (!channel.isClosed) channel.die();
  }
}

/** Lets promises go on that do not wait for timers or sockets. */
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);
const later = (milliseconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000_000_000 }));
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('publishing', () => {
  it('resolves when the broker has confirmed, for each message separately', async () => {
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

  it("lets only a few frames wait for the socket, because these messages can't be taken back", async () => {
    const stage = new Stage();
    await stage.begin();
    expect(stage.channel.callsOf('openConfirmChannel')).toEqual([[{ highWaterMark: 64 }]]);
  });

  it('sends the message unchanged, with its properties', async () => {
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

  it('connects and opens a channel once, however many messages are published meanwhile', async () => {
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

  it('declares the exchanges on a separate channel, which is closed, before any message is sent', async () => {
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

  it('goes on when the declaring channel is closed with an error; the caller of the declaration gets the error', async () => {
    const stage = new Stage({ shop: {} });
    stage.publish('a');
    await settle();
    expect(() => stage.opened.channels[0]!.emit('error', closedWith(406))).not.toThrow();
  });

  it('fails a message that the broker rejects or returns, with the reason, and no other message', async () => {
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
    expect(stage.textOf('returned')).toBe(
      "The broker returned the message as unroutable: 312 NO_ROUTE. Bind a queue to its topic, or publish without 'mandatory'",
    );
    expect(stage.outcomes['good']).toBe('confirmed');
  });

  it('recognises a returned message by its topic and id together', async () => {
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

  it('runs in the async context of each publisher, whoever causes the sending', async () => {
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

  it('has at most 1,000 unconfirmed messages', async () => {
    const stage = new Stage();
    await stage.begin();
    for (let n = 0; n < 1500; n++) stage.publish(`m${n}`);
    expect(stage.channel.unconfirmed).toHaveLength(1000);
    stage.channel.confirm(1);
    expect(stage.channel.unconfirmed).toHaveLength(1000);
    expect(stage.publishing.outstanding).toBe(1499);
  });
});

describe('a broker that accepts no messages', () => {
  it('gets no message until it accepts them again: messages wait, and none fails', async () => {
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

  it('is the reason in the error of a message that waits until its timeout', async () => {
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

  it('is not connected to', async () => {
    const stage = new Stage();
    const connect = vi.spyOn(stage.connection, 'keepConnecting');
    stage.connection.blocked = 'low on memory';
    stage.publish('a');
    await settle();
    expect(connect).not.toHaveBeenCalled();
  });

  it('gets the other messages when its full socket has drained', async () => {
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

  it('gets no more messages when the socket of an earlier channel drains', async () => {
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

  it('gets messages over the next channel after its socket was full', async () => {
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

describe('a message that exceeds its timeout', () => {
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
  ])('%s has an error that says so', async (_, prepare, because) => {
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

  it('behind unconfirmed messages is never sent, and its error says so', async () => {
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

  it('after it was sent on a lost connection has an error that says both', async () => {
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

  it('makes room for the next message', async () => {
    const stage = new Stage();
    stage.publish('a', { timeout: 500 });
    await settle();
    stage.publish('b');
    expect(stage.sent).toEqual([['a']]);
    await later(520);
    await later(1000);
    expect(stage.sent).toEqual([['a', 'b']]);
  });

  it('has no effect when it is confirmed afterwards', async () => {
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

  it('fails together with other late messages before any other message is sent', async () => {
    const stage = new Stage();
    await stage.begin();
    for (let n = 0; n < 1000; n++) stage.publish(`m${n}`, { timeout: 500 });
    for (let n = 0; n < 10; n++) stage.publish(`late${n}`, { timeout: 500 });
    await later(520);
    expect(stage.channel.published.some((topic) => topic.startsWith('late'))).toBe(false);
  });
});

describe('a lost publishing connection', () => {
  it('has its unconfirmed messages sent again on the next connection, in order, before waiting messages', async () => {
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

  it('is followed by a new channel on the next connection, after a pause, when it was lost during the opening', async () => {
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

  it('is watched once, and only the connection in use reports its end', async () => {
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

  it('with an error while a message is alone in flight lets other messages go first, and finally fails the message', async () => {
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

  it('for the second time without a reason has its unconfirmed messages sent one at a time', async () => {
    const stage = new Stage();
    await stage.begin();
    stage.publishAll('a', 'b');
    stage.loseConnection();
    await settle();
    stage.channel.confirm(0);
    // The broker answers nothing, and after a second more messages are sent.
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

  it('because of an exchange has its message tried again later, and other messages at once', async () => {
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

  it('because of an exchange lets other messages to that exchange wait until one has passed', async () => {
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

  it('because the user may not write fails only that message, at once', async () => {
    const stage = new Stage();
    await stage.begin();
    stage.publish('bad', { exchange: 'secret' });
    stage.publish('good');
    stage.channel.die(closedWith(403, "ACCESS_REFUSED - write access to exchange 'secret' refused"));
    await settle();
    expect(stage.outcomes['bad']).toBeInstanceOf(PublishForbidden);
    expect(stage.textOf('bad')).toMatch(
      /^The broker user may not publish the message: .*'secret' refused.*ask .*administrators/,
    );
    expect(stage.sent.at(-1)).toEqual(['good']);
    stage.channel.confirm();
    // The next message there is tried alone, and may pass.
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

  it('without naming a message has each message sent again alone, after a pause, and the culprit fails', async () => {
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

  it('because of a message, without naming its exchange, leaves other messages of the exchange alone', async () => {
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

  it('because of an exchange, again and again, has its message tried after growing pauses, whatever else passes', async () => {
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
    // It passes, and the next message that is put off is tried soon.
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

  it('because of several exchanges has the second message tried soon when the first has passed', async () => {
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

  it('with nothing in flight is replaced after growing pauses, and only when there is a message to send', async () => {
    const stage = new Stage();
    // Half of the full pause for this number of failures.
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

  it('because of a size makes larger messages fail unsent, both waiting and later ones', async () => {
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
    // Another broker may accept more.
    stage.loseConnection();
    stage.publish('small');
    await settle();
    stage.channel.confirm();
    stage.publish('larger', { size: 20_000 });
    await settle();
    expect(stage.sent.at(-1)).toEqual(['small', 'larger']);
  });

  it('may be closed for a body larger than any before, so that body travels alone', async () => {
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

  it('is closed at once, so a body that has travelled alone for a second counts as accepted', async () => {
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

  it('makes a large body wait for other messages for at most a second, and then travel with them', async () => {
    const stage = new Stage();
    await stage.begin();
    stage.publish('stuck');
    stage.publish('large', { size: 50_000 });
    await later(999);
    expect(stage.sent.at(-1)).toEqual(['stuck']);
    await later(1);
    expect(stage.sent.at(-1)).toEqual(['stuck', 'large']);
  });

  it('does not make a large body count as accepted while the broker accepts no messages', async () => {
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

  it('makes the next large body wait for other messages again when a waiting large body is too late', async () => {
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

  it('does not make a large body count as accepted that the broker has not read', async () => {
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

describe("a message that can't be sent", () => {
  it.each([new TypeError('Invalid value'), new RangeError('out of range')])(
    "is a ValidationError when it can't be written, and other messages are not affected: %s",
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

  it('has an error without an id when it has no id', async () => {
    const stage = new Stage();
    await stage.begin();
    stage.channel.onPublish = () => {
      throw new TypeError('Invalid value');
    };
    const publication = { exchange: '', routingKey: 'bad', content: Buffer.alloc(0), properties: {} };
    await expect(stage.publishing.publish(publication, 1000)).rejects.toThrow(/^The message null/);
  });

  it('is sent on the next channel when its channel is closed already', async () => {
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
  ])('fails with that error, as all waiting messages do, because %s', async (_, error) => {
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

  it('has an error that says it was sent when the next connection is refused', async () => {
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
  it('gets the next messages over another channel, after all on the first channel are answered', async () => {
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

  it('gets further messages over the same channel when it rejects another within a second', async () => {
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

  it('does not disturb the next channel when it answers late that a replaced channel is closed', async () => {
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

  it('has its channel replaced once when it loses the channel, too', async () => {
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
  it('waits for unconfirmed messages, closes the channel, and accepts no more messages', async () => {
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

  it('is done when the last unconfirmed message is confirmed', async () => {
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

  it('fails the remaining messages after its limit, and their errors say whether they were sent', async () => {
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

  it('gives messages of a lost connection an error that the broker did not confirm them', async () => {
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

  it('waits without a limit when the limit is too long for a timer', async () => {
    const stage = new Stage();
    await stage.begin();
    stage.publish('a');
    void stage.publishing.close(2 ** 31);
    // The timer of the message.
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

  it('is done at once when nothing is unconfirmed, with or without a channel, and happens once', async () => {
    const unused = new Stage();
    await unused.publishing.close();
    expect(unused.opened.confirmChannels).toEqual([]);
    const used = new Stage();
    await used.begin();
    await Promise.all([used.publishing.close(1000), used.publishing.close()]);
    expect(used.channel.callsOf('close')).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('opens no other channel while a channel has failed lately', async () => {
    const stage = new Stage();
    await stage.begin();
    stage.channel.die(closedWith(541, 'INTERNAL_ERROR'));
    await stage.publishing.close();
    expect(vi.getTimerCount()).toBe(0);
    await later(10_000);
    expect(stage.opened.confirmChannels).toHaveLength(1);
  });
});
