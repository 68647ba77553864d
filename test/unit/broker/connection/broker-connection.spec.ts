import { getEventListeners, once } from 'node:events';
import type { ChannelModel } from 'amqplib';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { socketOf } from '../../../../lib/broker/amqplib/internals.js';
import { BackOff } from '../../../../lib/broker/connection/back-off.js';
import { BrokerConnection } from '../../../../lib/broker/connection/broker-connection.js';
import { BrokerConnections } from '../../../../lib/broker/connection/broker-connections.js';
import { parseAmqpUrl, resolveSettings } from '../../../../lib/config/index.js';
import { ConnectionException } from '../../../../lib/exceptions/index.js';
import { LibraryLogger } from '../../../../lib/logging/index.js';
import { captureLog, type LogLine } from '../../../support/captured-log.js';
import { errorOf } from '../../../support/error-of.js';
import { memoryUrl } from '../../../support/memory-url.js';
import { type Script, ScriptedBroker } from '../../../support/scripted-broker.js';

/** A connection that is closed when the test ends, with its events and log lines. */
class Stage {
  readonly events: unknown[][] = [];
  readonly log: LogLine[] = captureLog();
  readonly connection: BrokerConnection;

  constructor(
    urls: string[],
    purpose: 'publishing' | 'consuming' = 'publishing',
    reconnecting = new BackOff(1, 1),
  ) {
    const [first, ...more] = urls.map((url) => parseAmqpUrl(url));
    const options = { tls: {}, clientProperties: {} };
    this.connection = new BrokerConnection(
      [first!, ...more],
      purpose,
      options,
      reconnecting,
      new LibraryLogger(),
    );
    for (const event of ['connected', 'disconnected', 'blocked', 'unblocked'] as const)
      this.connection.on(event, (...args: unknown[]) => this.events.push([event, ...args]));
    onTestFinished(() => this.connection.close());
  }

  get told(): unknown[] {
    return this.events.map(([event]) => event);
  }

  linesOf(level: LogLine['level']): string[] {
    return this.log.filter((line) => line.level === level).map(({ text }) => text);
  }
}

const listen = (script: Script = {}): Promise<ScriptedBroker> => ScriptedBroker.listen(script);
const withOptions = ({ url }: ScriptedBroker, query: string): string => url.replace(/\?.*/, `?${query}`);
const addressOf = ({ url }: ScriptedBroker): string => /@([^/]*)/.exec(url)![1]!;
/** The URL of a broker that does not exist. */
async function nowhere(query = 'connection_attempts=1'): Promise<string> {
  const broker = await listen();
  const url = withOptions(broker, query);
  broker.stop();
  return url;
}

afterEach(() => void vi.useRealTimers());

describe('a connection to a broker', () => {
  it('is made once, when it is first asked for, and logs that', async () => {
    const broker = await listen();
    const stage = new Stage([broker.url]);
    const { connection } = stage;
    expect(connection).toMatchObject({ isUp: false, isUsed: false, heartbeat: 0, blocked: undefined });
    const asked = [connection.connect(), connection.connect()];
    expect(connection).toMatchObject({ isUp: false, isUsed: true });
    const [first, second] = await Promise.all(asked);
    expect(first).toBe(second);
    expect(await connection.connect()).toBe(first);
    expect(connection).toMatchObject({ isUp: true, isUsed: true });
    expect(broker.sessions).toHaveLength(1);
    expect(stage.events).toEqual([['connected', first]]);
    expect(stage.log).toEqual([
      { level: 'log', text: `Connected to amqp://${addressOf(broker)} (virtual host '/') for publishing` },
    ]);
  });

  it('logs that it is to the embedded broker', async () => {
    const url = memoryUrl();
    const stage = new Stage([url], 'consuming');
    await stage.connection.connect();
    expect(stage.linesOf('log')).toEqual([`Connected to ${url} for consuming`]);
    expect(stage.connection.heartbeat).toBe(0);
    await stage.connection.close();
    expect(stage.connection.isUp).toBe(false);
  });

  it('reports that the broker closed it when it ends without a reason', async () => {
    const stage = new Stage([memoryUrl()]);
    await (await stage.connection.connect()).model.close();
    expect(stage.events.at(-1)).toEqual(['disconnected', 'the broker closed it']);
  });

  it('has the heartbeat that was agreed on', async () => {
    const stage = new Stage([(await listen({ heartbeat: 30 })).url]);
    await stage.connection.connect();
    expect(stage.connection.heartbeat).toBe(30);
  });

  it('gives the reason why it is not up, from the first failure until it is up', async () => {
    const script: Script = { refusal: [541, 'INTERNAL_ERROR - not yet'] };
    const broker = await listen(script);
    const { connection } = new Stage([broker.url]);
    expect(connection.failure).toBeUndefined();
    await errorOf(connection.connect());
    expect(connection.failure).toMatch(
      /^can't connect to amqp:\/\/127\.0\.0\.1:\d+ \(virtual host '\/'\): INTERNAL_ERROR - not yet$/,
    );
    delete script.refusal;
    await connection.connect();
    expect(connection.failure).toBeUndefined();
    broker.sessions.at(-1)!.close(320, 'CONNECTION_FORCED - bye');
    await once(connection, 'disconnected');
    expect(connection.failure).toBe('the connection was lost: CONNECTION_FORCED - bye');
  });

  it('may have hundreds of listeners, without a warning of a leak', async () => {
    const warned = vi.fn<(warning: Error) => void>();
    process.on('warning', warned);
    const { connection } = new Stage([memoryUrl()]);
    for (let n = 0; n < 200; n++) connection.on('unblocked', () => undefined);
    await new Promise(setImmediate);
    process.off('warning', warned);
    expect(warned).not.toHaveBeenCalled();
  });
});

describe('the first connection', () => {
  it('fails after its attempts with the reason and the cause, and each earlier failed attempt is a warning', async () => {
    const url = await nowhere('connection_attempts=3&retry_delay=0.02');
    const stage = new Stage([url]);
    const start = performance.now();
    const error = await errorOf(stage.connection.connect());
    expect(performance.now() - start).toBeGreaterThanOrEqual(38);
    expect(error).toBeInstanceOf(ConnectionException);
    expect(error.message).toMatch(
      /^Can't connect to amqp:\/\/127\.0\.0\.1:\d+ \(virtual host '\/'\) for publishing \(3 of 3 attempts\): .*ECONNREFUSED/,
    );
    expect((error.cause as { code: string }).code).toBe('ECONNREFUSED');
    expect(stage.linesOf('warn')).toEqual([
      expect.stringMatching(
        /^Connecting for publishing failed, attempt 1 of 3: .*ECONNREFUSED.*; trying again in 0\.02 s$/,
      ),
      expect.stringMatching(/, attempt 2 of 3: /),
    ]);
    expect(stage.connection).toMatchObject({ isUp: false, isUsed: false });
  });

  it('may be asked for again after it has failed', async () => {
    const script: Script = { refusal: [403, 'ACCESS_REFUSED'] };
    const broker = await listen(script);
    const stage = new Stage([broker.url]);
    await errorOf(stage.connection.connect());
    delete script.refusal;
    await stage.connection.connect();
    expect(stage.connection.isUp).toBe(true);
  });

  it('waits with endless attempts until the broker accepts it', async () => {
    const script: Script = { refusal: [541, 'INTERNAL_ERROR'] };
    const broker = await listen(script);
    const stage = new Stage([withOptions(broker, 'connection_attempts=-1&retry_delay=0')]);
    const connected = stage.connection.connect();
    await expect.poll(() => broker.sessions.length).toBeGreaterThan(3);
    delete script.refusal;
    await connected;
    expect(stage.linesOf('warn')[1]).toMatch(/failed, attempt 2: .*; trying again in 0\.01 s$/);
  });

  it('is tried at most every 10 ms with endless attempts', async () => {
    const stage = new Stage([await nowhere('connection_attempts=-1&retry_delay=0')]);
    const start = performance.now();
    stage.connection.connect().catch(() => undefined);
    await expect.poll(() => stage.linesOf('warn').length).toBeGreaterThanOrEqual(5);
    const attempts = stage.linesOf('warn').length;
    expect(performance.now() - start).toBeGreaterThanOrEqual((attempts - 1) * 9);
  });

  it.each([403, 530])(
    'fails at once when the broker refuses the login, despite endless attempts: %s',
    async (code) => {
      const broker = await listen({ refusal: [code, 'NOT_ALLOWED - no'] });
      const stage = new Stage([withOptions(broker, 'connection_attempts=-1&retry_delay=0')]);
      const error = await errorOf(stage.connection.connect());
      expect(error).toBeInstanceOf(ConnectionException);
      expect(error.message).toMatch(
        / for publishing: NOT_ALLOWED - no\. Correct the user, the password, .* or ask .*$/,
      );
      expect(broker.sessions).toHaveLength(1);
    },
  );

  it('is given up when it is closed while it waits for its next attempt', async () => {
    const stage = new Stage([await nowhere('connection_attempts=5&retry_delay=1000')]);
    const error = errorOf(stage.connection.connect());
    await expect.poll(() => stage.linesOf('warn').length).toBe(1);
    await stage.connection.close();
    expect((await error).message).toBe('The application has closed the connection for publishing');
    expect(await error).toBeInstanceOf(ConnectionException);
  });

  it('is closed as soon as it is made, when close() came before', async () => {
    const broker = await listen();
    const stage = new Stage([broker.url]);
    const error = errorOf(stage.connection.connect());
    await stage.connection.close();
    expect((await error).message).toBe('The application has closed the connection for publishing');
    expect(stage.events).toEqual([]);
    expect(stage.connection.isUp).toBe(false);
  });

  it('fails because it was closed when the broker refuses it after close()', async () => {
    const broker = await listen({ refusal: [541, 'INTERNAL_ERROR'] });
    const stage = new Stage([broker.url]);
    const error = errorOf(stage.connection.connect());
    await stage.connection.close();
    expect((await error).message).toBe('The application has closed the connection for publishing');
  });

  it('ends its pause when another caller has made the connection', async () => {
    const script: Script = { refusal: [541, 'INTERNAL_ERROR'] };
    const broker = await listen(script);
    const stage = new Stage([withOptions(broker, 'connection_attempts=5&retry_delay=1000000')]);
    const pausing = stage.connection.connect();
    await expect.poll(() => stage.linesOf('warn').length).toBe(1);
    delete script.refusal;
    const connected = await stage.connection.keepConnecting();
    expect(await pausing).toBe(connected);
    expect(broker.sessions).toHaveLength(2);
  });

  it('is not begun when it has been closed already', async () => {
    const broker = await listen();
    const stage = new Stage([broker.url]);
    await stage.connection.close();
    await stage.connection.close();
    expect(await errorOf(stage.connection.connect())).toBeInstanceOf(ConnectionException);
    expect(broker.sessions).toEqual([]);
  });
});

describe('a connection with several URLs', () => {
  it('uses the first URL that answers, and logs in detail why the others did not', async () => {
    const broker = await listen();
    const stage = new Stage([await nowhere(), broker.url, await nowhere()]);
    await stage.connection.connect();
    expect(stage.linesOf('log')).toEqual([expect.stringContaining(addressOf(broker))]);
    expect(stage.linesOf('debug')).toEqual([
      expect.stringMatching(/^amqp:\/\/127\.0\.0\.1:\d+ .*: .*ECONNREFUSED/),
    ]);
    expect(stage.linesOf('warn')).toEqual([]);
  });

  it('fails with the reason of each URL', async () => {
    const stage = new Stage([await nowhere(), await nowhere()]);
    const error = await errorOf(stage.connection.connect());
    expect(error.message).toMatch(
      /^Can't connect to amqp:\S+ \(virtual host '\/'\) or amqp:\S+ \(virtual host '\/'\) for .* attempts\): amqp:\S+ .*ECONNREFUSED.*; amqp:\S+ .*ECONNREFUSED/,
    );
    const { errors } = error.cause as AggregateError;
    expect(errors.map(({ code }: { code: string }) => code)).toEqual(['ECONNREFUSED', 'ECONNREFUSED']);
  });

  it('logs no details when there is a single URL', async () => {
    const stage = new Stage([await nowhere()]);
    await errorOf(stage.connection.connect());
    expect(stage.linesOf('debug')).toEqual([]);
  });

  it('tries no other URL after it has been closed', async () => {
    const [first, second] = [await listen({ refusal: [541, 'INTERNAL_ERROR'] }), await listen()];
    const stage = new Stage([first.url, second.url]);
    const error = errorOf(stage.connection.connect());
    await stage.connection.close();
    expect((await error).message).toContain('The application has closed');
    expect(second.sessions).toEqual([]);
  });
});

describe('a connection that is lost', () => {
  it('comes back by itself, and logs why it was lost', async () => {
    const broker = await listen();
    const stage = new Stage([broker.url], 'consuming');
    const first = await stage.connection.connect();
    broker.sessions[0]!.close(320, 'CONNECTION_FORCED - bye');
    await once(stage.connection, 'disconnected');
    expect(stage.connection).toMatchObject({ isUp: false, isUsed: true });
    const second = await stage.connection.connect();
    expect(second).not.toBe(first);
    expect(stage.events).toEqual([
      ['connected', first],
      ['disconnected', 'CONNECTION_FORCED - bye'],
      ['connected', second],
    ]);
    expect(stage.linesOf('warn')).toEqual([
      'The connection for consuming was lost: CONNECTION_FORCED - bye; reconnecting',
    ]);
  });

  it('is tried again until the broker accepts it, with a log line for each attempt', async () => {
    const script: Script = {};
    const broker = await listen(script);
    const stage = new Stage([broker.url]);
    await stage.connection.connect();
    script.refusal = [541, 'INTERNAL_ERROR - not yet'];
    broker.sessions[0]!.destroy();
    await expect.poll(() => stage.linesOf('warn').length).toBeGreaterThan(3);
    // Pauses that are over have left no listeners: the stage has one, and the pause under way has one of each.
    const { stopped } = stage.connection as unknown as { stopped: AbortController };
    expect(stage.connection.listenerCount('connected')).toBeLessThanOrEqual(2);
    expect(getEventListeners(stopped.signal, 'abort').length).toBeLessThanOrEqual(1);
    delete script.refusal;
    await stage.connection.connect();
    expect(stage.linesOf('warn')[1]).toMatch(
      /^Reconnecting for publishing failed, attempt 1: .*; trying again in 0\.\d+ s$/,
    );
    expect(stage.told).toEqual(['connected', 'disconnected', 'connected']);
  });

  it('comes back after growing pauses when it is lost again and again, and after a shorter pause when it lasted', async () => {
    const broker = await listen();
    const reconnecting = new BackOff(1, 1);
    const pauses = vi.spyOn(reconnecting, 'next');
    const lasted = vi.spyOn(reconnecting, 'lasted');
    const stage = new Stage([broker.url], 'publishing', reconnecting);
    await stage.connection.connect();
    for (let losses = 1; losses <= 2; losses++) {
      broker.sessions.at(-1)!.destroy();
      await once(stage.connection, 'disconnected');
      await stage.connection.connect();
      expect(pauses).toHaveBeenCalledTimes(losses);
      expect(lasted).toHaveBeenCalledTimes(losses);
    }
    for (const [milliseconds] of lasted.mock.calls) {
      expect(milliseconds).toBeGreaterThan(0);
      expect(milliseconds).toBeLessThan(60_000);
    }
  });

  it('is not tried earlier for a caller who asks for it during a pause', async () => {
    const broker = await listen();
    const stage = new Stage([broker.url], 'publishing', new BackOff(1e8, 1e8));
    await stage.connection.connect();
    broker.sessions[0]!.destroy();
    await once(stage.connection, 'disconnected');
    stage.connection.connect().catch(() => undefined);
    // An attempt that had begun would have come before this one.
    await new Stage([broker.url]).connection.connect();
    expect(broker.sessions).toHaveLength(2);
  });

  it('does not come back when it is closed while it waits', async () => {
    const broker = await listen();
    const stage = new Stage([broker.url], 'publishing', new BackOff(1e8, 1e8));
    await stage.connection.connect();
    broker.sessions[0]!.destroy();
    await once(stage.connection, 'disconnected');
    const error = errorOf(stage.connection.connect());
    await stage.connection.close();
    expect((await error).message).toBe('The application has closed the connection for publishing');
    expect(stage.connection.isUsed).toBe(false);
  });

  it('does not come back when it is closed while it is being made', async () => {
    const broker = await listen();
    const stage = new Stage([broker.url]);
    await stage.connection.connect();
    const listening = new Promise<void>((resolve) => {
      stage.connection.once('disconnected', () => {
        void vi.waitUntil(() => broker.sessions.length === 2).then(() => resolve());
      });
    });
    broker.sessions[0]!.destroy();
    await listening;
    const error = stage.connection.connect().then(
      () => undefined,
      ({ message }: Error) => message,
    );
    await stage.connection.close();
    expect([undefined, 'The application has closed the connection for publishing']).toContain(await error);
    expect(stage.linesOf('warn')).toHaveLength(1);
    expect(stage.connection.isUp).toBe(false);
  });

  it('is not reported as lost when it was closed', async () => {
    const broker = await listen();
    const stage = new Stage([broker.url]);
    await stage.connection.connect();
    await stage.connection.close();
    expect(stage.connection).toMatchObject({ isUp: false, isUsed: false });
    expect(stage.told).toEqual(['connected']);
    expect(stage.linesOf('warn')).toEqual([]);
  });

  it('is given up after 5 s when the peer does not answer the closing handshake', async () => {
    const broker = await listen({ ignoresClose: true });
    const stage = new Stage([broker.url]);
    const { model } = await stage.connection.connect();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const stream = socketOf(model as ChannelModel)!;
    const closed = stage.connection.close();
    await vi.advanceTimersByTimeAsync(4_999);
    expect(stream.destroyed).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(stream.destroyed).toBe(true);
    await closed;
    await expect.poll(() => vi.getTimerCount()).toBe(0);
  });
});

describe('a connection whose broker takes no messages', () => {
  async function blocked(query = 'connection_attempts=1') {
    const broker = await listen();
    const stage = new Stage([withOptions(broker, query)]);
    await stage.connection.connect();
    const [session] = broker.sessions;
    const told = once(stage.connection, 'blocked');
    session!.block('low on memory');
    await told;
    return { broker, stage, session: session! };
  }

  it('reports the reason, and when the broker takes messages again', async () => {
    const { stage, session } = await blocked();
    expect(stage.connection.blocked).toBe('low on memory');
    expect(stage.events.at(-1)).toEqual(['blocked', 'low on memory']);
    session.unblock();
    await once(stage.connection, 'unblocked');
    expect(stage.connection.blocked).toBeUndefined();
    expect(stage.linesOf('warn')).toEqual(['The broker takes no messages: low on memory']);
    expect(stage.linesOf('log').at(-1)).toBe('The broker takes messages again');
  });

  it('stays open without a limit when there is no blocked_connection_timeout', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await blocked();
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([
    { seconds: 2_147_483.647, timers: 1 },
    { seconds: 2_147_484, timers: 0 },
  ])(
    'with a blocked_connection_timeout of $seconds s has $timers timers, because timers are limited to 24 days',
    async ({ seconds, timers }) => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      await blocked(`blocked_connection_timeout=${seconds}`);
      expect(vi.getTimerCount()).toBe(timers);
    },
  );

  it('is not blocked any more when it is lost', async () => {
    const { stage, session } = await blocked();
    session.destroy();
    await once(stage.connection, 'disconnected');
    expect(stage.connection.blocked).toBeUndefined();
  });

  it('is closed after blocked_connection_timeout, and comes back', async () => {
    const { stage, broker } = await blocked('blocked_connection_timeout=0.05');
    const start = performance.now();
    await once(stage.connection, 'disconnected');
    expect(performance.now() - start).toBeGreaterThanOrEqual(30);
    expect(stage.events.at(-1)).toEqual(['disconnected', expect.any(String)]);
    await stage.connection.connect();
    expect(broker.sessions).toHaveLength(2);
  });

  it.each([
    [
      'takes them again',
      async ({ stage, session }: Awaited<ReturnType<typeof blocked>>) => {
        session.unblock();
        await once(stage.connection, 'unblocked');
      },
    ],
    [
      'is lost',
      async ({ stage, session }: Awaited<ReturnType<typeof blocked>>) => {
        session.destroy();
        await once(stage.connection, 'disconnected');
        await vi.advanceTimersByTimeAsync(1);
        await stage.connection.connect();
      },
    ],
    ['is closed', ({ stage }: Awaited<ReturnType<typeof blocked>>) => stage.connection.close()],
  ])('is not closed by that timeout when it %s before', async (_, end) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const parts = await blocked('blocked_connection_timeout=1000');
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(900_000);
    parts.session.block('still low on memory');
    await once(parts.stage.connection, 'blocked').catch(() => undefined);
    // The timeout counts from the latest notice.
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(900_000);
    expect(parts.stage.told).not.toContain('disconnected');
    const ended = end(parts);
    await vi.advanceTimersByTimeAsync(10);
    await ended;
    await expect.poll(() => vi.getTimerCount()).toBe(0);
  });
});

describe('the two connections of an application', () => {
  async function connections() {
    const broker = await listen();
    const settings = resolveSettings({ amqpUrl: broker.url });
    const both = new BrokerConnections(settings, new LibraryLogger());
    onTestFinished(() => both.close());
    return { broker, both, log: captureLog() };
  }

  it('are made when each is needed', async () => {
    const { broker, both, log } = await connections();
    await both.consuming.connect();
    expect(broker.sessions).toHaveLength(1);
    expect(both.publishing.isUsed).toBe(false);
    await both.publishing.connect();
    expect(broker.sessions).toHaveLength(2);
    expect(log.map(({ text }) => text)).toEqual([
      expect.stringMatching(/ for consuming$/),
      expect.stringMatching(/ for publishing$/),
    ]);
  });

  it('are waited for if they are used; if neither is used, the publishing connection is made', async () => {
    const { broker, both } = await connections();
    await both.whenConnected();
    expect(both.publishing.isUp).toBe(true);
    expect(both.consuming.isUsed).toBe(false);
    const other = await connections();
    await other.both.consuming.connect();
    await other.both.whenConnected();
    expect(other.both.publishing.isUsed).toBe(false);
    void other.both.publishing.connect();
    await other.both.whenConnected();
    expect(other.both.publishing.isUp).toBe(true);
    expect(broker.sessions).toHaveLength(1);
  });

  it('are closed together', async () => {
    const { both } = await connections();
    await Promise.all([both.publishing.connect(), both.consuming.connect()]);
    await both.close();
    expect(both.publishing.isUp || both.consuming.isUp).toBe(false);
  });
});
