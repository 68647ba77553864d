import { once } from 'node:events';
import { connect } from 'node:net';
import {
  type CanActivate,
  type DynamicModule,
  type ExecutionContext,
  Injectable,
  type INestApplication,
  type MiddlewareConsumer,
  Module,
  type NestModule,
  type Type,
  VersioningType,
} from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  Consumer,
  FedoraMessagingModule,
  FedoraMessagingPageModule,
  FedoraMessagingService,
  Message,
  MessageSchema,
  Publisher,
} from '../../../lib/index.js';
import { captureLog, testLogger } from '../../support/captured-log.js';
import { memoryUrl } from '../../support/memory-url.js';
import type { ActionAnswer } from '../../../lib/page/protocol.js';
import type { Reference } from '../../../lib/page/reference-protocol.js';
import { act, ask, PageClient } from '../../support/page-client.js';

@MessageSchema('page.module.hello', { topic: 'page.module.hello' })
class Hello extends Message {
  override get summary(): string {
    return 'Hello from the mount';
  }
}

@Injectable()
class Greeter {
  @Consumer({ bindings: [{ exchange: 'amq.topic', routingKeys: ['page.module.#'] }], onError: 'drop' })
  onMessage(message: Message): void {
    if (message.body['isBroken']) throw new Error('it is broken');
  }
}

const ADAPTERS = [
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter()],
] as const;

interface Mounted {
  readonly app: INestApplication;
  /** The address of the application, without a slash at its end. */
  readonly origin: string;
}

/** The status of a request for the page in HTTP/1.0. */
async function statusOfOldHttp(origin: string): Promise<number> {
  const { hostname, port, host } = new URL(origin);
  const socket = connect(Number(port), hostname);
  socket.write(`GET /bus/api/reference HTTP/1.0\r\nhost: ${host}\r\n\r\n`);
  let text = '';
  for await (const chunk of socket.setEncoding('utf8')) text += chunk as string;
  return Number(text.split(' ')[1]);
}

describe.each(ADAPTERS)('the live page in an application with %s', (_, makeAdapter) => {
  async function start(
    page: DynamicModule,
    {
      imports = [],
      prepare = () => undefined,
    }: { imports?: (Type | DynamicModule)[]; prepare?: (app: INestApplication) => void } = {},
  ): Promise<Mounted> {
    @Module({
      imports: [
        FedoraMessagingModule.forRoot({ amqpUrl: memoryUrl(), clientProperties: { app: 'mounted' } }),
        page,
        ...imports,
      ],
      providers: [Greeter],
    })
    class AppModule {}
    const app = await NestFactory.create(AppModule, makeAdapter(), {
      logger: testLogger(),
      abortOnError: false,
    });
    prepare(app);
    let isClosed = false;
    app.close = ((close) => async () => {
      if (isClosed) return;
      isClosed = true;
      await close.call(app);
    })(app.close);
    onTestFinished(() => app.close());
    await app.listen(0, '127.0.0.1');
    return { app, origin: await app.getUrl() };
  }

  const operator = { authorize: () => ({ name: 'ann', actions: true }) };

  it('is at its path, with its own answers below it, and leaves other paths to the application', async () => {
    const { origin } = await start(FedoraMessagingPageModule.forRoot({ path: 'tools/bus' }));
    const { status, headers } = await ask(`${origin}/tools/bus/api/reference?x=1`);
    expect([status, headers['cache-control']]).toEqual([200, 'no-store']);
    expect(JSON.parse((await ask(`${origin}/tools/bus/api/nothing`)).text)).toHaveProperty('error');
    expect(JSON.parse((await ask(`${origin}/tools/other`)).text)).toMatchObject({ statusCode: 404 });

    const page = await ask(`${origin}/tools/bus/`);
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    const moved = await ask(`${origin}/tools/bus`);
    expect(moved.status).toBe(308);
    expect(new URL(moved.headers.location!, `${origin}/tools/bus`).href).toBe(`${origin}/tools/bus/`);
  });

  it('shows the messages of the consumers while they come', async () => {
    const { app, origin } = await start(FedoraMessagingPageModule.forRoot());
    const client = await PageClient.open(`${origin}/bus`);
    const snapshot = await client.snapshot();
    expect(snapshot).toMatchObject({
      application: 'mounted',
      buses: ['default'],
      visitor: { actions: false },
      consumers: [{ name: 'Greeter.onMessage', state: 'consuming' }],
    });
    await app.get(Publisher).publish(new Hello());
    expect(await client.until(({ content }) => content.messages?.[0]?.summary)).toBe('Hello from the mount');
  });

  it('describes the message classes and writes the AsyncAPI document', async () => {
    const { origin } = await start(FedoraMessagingPageModule.forRoot());
    const { classes, asyncapi } = JSON.parse((await ask(`${origin}/bus/api/reference`)).text) as Reference;
    expect(classes.find(({ schema }) => schema === 'page.module.hello')).toMatchObject({
      name: 'Hello',
      topic: 'page.module.hello',
      severity: 'info',
      isDeprecated: false,
      bodySchema: { type: 'object' },
      example: {},
    });
    expect(asyncapi).toMatchObject({
      asyncapi: '3.0.0',
      info: { title: 'mounted' },
      operations: {
        'Greeter.onMessage': { action: 'receive' },
        'send.page.module.hello': { action: 'send' },
      },
    });
  });

  it('is behind the global prefix, and outside of versions', async () => {
    const { origin } = await start(FedoraMessagingPageModule.forRoot(), {
      prepare: (app) => {
        app.setGlobalPrefix('internal');
        app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' });
      },
    });
    expect((await ask(`${origin}/internal/bus/api/reference`)).status).toBe(200);
    expect((await ask(`${origin}/bus/api/reference`)).status).toBe(404);
  });

  it('is behind the middleware and guards of the application and its own guards, and authorizes what they found', async () => {
    @Injectable()
    class Doors {
      readonly passed: string[] = [];
    }
    @Module({ providers: [Doors], exports: [Doors] })
    class DoorsModule implements NestModule {
      constructor(private readonly doors: Doors) {}
      configure(consumer: MiddlewareConsumer): void {
        const middleware = (_request: unknown, _response: unknown, next: () => void): void => {
          this.doors.passed.push('middleware');
          next();
        };
        consumer.apply(middleware).forRoutes('bus/*path');
      }
    }
    @Injectable()
    class OwnGuard implements CanActivate {
      constructor(private readonly doors: Doors) {}
      canActivate(context: ExecutionContext): boolean {
        this.doors.passed.push('own guard');
        const request = context
          .switchToHttp()
          .getRequest<{ user?: string; headers: Record<string, string | undefined> }>();
        request.user = request.headers['x-user'];
        return request.user !== undefined;
      }
    }
    const globalGuard = {
      provide: APP_GUARD,
      inject: [Doors],
      useFactory: (doors: Doors): CanActivate => ({
        canActivate: () => doors.passed.push('global guard') > 0,
      }),
    };
    @Module({ imports: [DoorsModule], providers: [globalGuard] })
    class GuardModule {}
    const page = FedoraMessagingPageModule.forRoot<{ user: string }>({
      guards: [OwnGuard],
      imports: [DoorsModule],
      authorize: ({ user }) => user !== 'eve' && { name: user },
    });
    const { app, origin } = await start(page, { imports: [GuardModule] });

    const { status, text } = await ask(`${origin}/bus/api/reference`);
    expect([status, JSON.parse(text)]).toMatchObject([403, { message: 'Forbidden resource' }]);
    expect(app.get(Doors, { strict: false }).passed).toEqual(['middleware', 'global guard', 'own guard']);
    const refused = await ask(`${origin}/bus/api/reference`, { headers: { 'x-user': 'eve' } });
    expect(JSON.parse(refused.text)).toEqual({ error: 'You may not see this page' });
    const client = await PageClient.open(`${origin}/bus`, '', { 'x-user': 'ben' });
    expect((await client.snapshot()).visitor).toEqual({ name: 'ben', actions: false });
  });

  it('keeps the headers that guards of the application have set before', async () => {
    const { origin } = await start(FedoraMessagingPageModule.forRoot(), {
      prepare: (app) =>
        app.useGlobalGuards({
          canActivate(context) {
            context
              .switchToHttp()
              .getResponse<{ header(name: string, value: string): void }>()
              .header('x-guard', 'passed');
            return true;
          },
        }),
    });
    const { headers } = await ask(`${origin}/bus/api/reference`);
    expect(headers['x-guard']).toBe('passed');
  });

  it('takes actions, whose JSON body the framework has read, and logs them with the name of the visitor', async () => {
    const log = captureLog();
    const { app, origin } = await start(FedoraMessagingPageModule.forRoot(operator));
    const [consumer] = app.get(FedoraMessagingService).consumers;
    const which = { bus: 'default', consumer: consumer!.name, queue: consumer!.queue };
    expect(await act(`${origin}/bus`, 'pause', which)).toMatchObject({ status: 200 });
    expect(consumer!.isPaused).toBe(true);
    expect(await act(`${origin}/bus`, 'resume', which)).toMatchObject({ status: 200 });
    expect(consumer!.isPaused).toBe(false);
    expect(log.filter(({ text }) => /^ann (pauses|resumes) .* on the live page/.test(text))).toHaveLength(2);

    const published = await act(`${origin}/bus`, 'publish', { bus: 'default', schema: 'page.module.hello' });
    expect([published.status, JSON.parse(published.text)]).toEqual([
      200,
      { text: expect.stringMatching(/^The message "\S+" with topic "page\.module\.hello" is published\.$/) },
    ]);
    const incomplete = await act(`${origin}/bus`, 'publish', { bus: 'default' });
    expect([incomplete.status, JSON.parse(incomplete.text)]).toEqual([
      400,
      { error: "'schema' must be a text" },
    ]);
  });

  it('hands a failed message to its handler again, and shows the outcome as a new message', async () => {
    const { app, origin } = await start(FedoraMessagingPageModule.forRoot(operator));
    const client = await PageClient.open(`${origin}/bus`);
    await client.snapshot();
    await app.get(Publisher).publish(new Hello({ body: { isBroken: true } }));
    await client.until(({ content }) => content.messages?.some(({ outcome }) => outcome === 'failed'));
    const answer = JSON.parse((await act(`${origin}/bus`, 'handle', { seq: 1 })).text) as ActionAnswer;
    expect(answer).toEqual({
      text: 'The outcome is failed: it is broken',
      record: expect.objectContaining({
        seq: 2,
        again: true,
        outcome: 'failed',
        summary: 'Hello from the mount',
      }),
    });
    await client.until(({ content }) => content.messages?.some(({ seq, again }) => seq === 2 && again));
    expect(JSON.parse((await ask(`${origin}/bus/api/messages/2`)).text)).toMatchObject({
      error: { text: expect.stringContaining('it is broken') },
    });
    expect((await act(`${origin}/bus`, 'handle', { seq: 3 })).status).toBe(404);
  });

  it('refuses actions of visitors who may only look, and actions without the token of the page', async () => {
    let access = { name: 'ben', actions: false };
    const { app, origin } = await start(FedoraMessagingPageModule.forRoot({ authorize: () => access }));
    const [consumer] = app.get(FedoraMessagingService).consumers;
    const which = { bus: 'default', consumer: consumer!.name, queue: consumer!.queue };
    const forbidden = await act(`${origin}/bus`, 'pause', which);
    expect([forbidden.status, JSON.parse(forbidden.text)]).toEqual([
      403,
      { error: 'You may look, but not act' },
    ]);

    access = { name: 'ben', actions: true };
    const tokens: Record<string, string>[] = [{}, { 'x-fedora-messaging-token': 'guessed' }];
    for (const token of tokens) {
      const { status } = await ask(`${origin}/bus/api/actions/pause`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...token },
        body: JSON.stringify(which),
      });
      expect(status).toBe(403);
    }
    expect(consumer!.isPaused).toBe(false);
  });

  it('is for this machine only while nothing says who may see it', async () => {
    const { origin } = await start(FedoraMessagingPageModule.forRoot());
    const status = async (headers: Record<string, string>): Promise<number> =>
      (await ask(`${origin}/bus/api/reference`, { headers })).status;
    expect(await status({})).toBe(200);
    expect(await status({ host: 'bus.example.org' })).toBe(403);
    expect(await status({ 'x-forwarded-for': '192.0.2.1' })).toBe(403);
    expect(await status({ forwarded: 'for=192.0.2.1' })).toBe(403);
    expect(await status({ via: '1.1 proxy' })).toBe(403);
    expect(await status({ 'x-real-ip': '192.0.2.1' })).toBe(403);
    // What nginx sends without further settings.
    expect(await statusOfOldHttp(origin)).toBe(403);

    const open = await start(
      FedoraMessagingPageModule.forRoot({ insecure: true, hosts: ['bus.example.org'] }),
    );
    const headers = { host: 'bus.example.org', 'x-forwarded-for': '192.0.2.1' };
    expect((await ask(`${open.origin}/bus/api/reference`, { headers })).status).toBe(200);
  });

  it('lets the application close while pages are open', async () => {
    const { app, origin } = await start(FedoraMessagingPageModule.forRoot());
    const client = await PageClient.open(`${origin}/bus`);
    await client.snapshot();
    const closed = once(client.response, 'close');
    await app.close();
    await closed;
    expect(client.response.complete).toBe(true);
  });
});

it('the page module refuses an application without a bus', async () => {
  @Module({ imports: [FedoraMessagingPageModule.forRoot()] })
  class WithoutBus {}
  const app = await NestFactory.create(WithoutBus, { logger: false, abortOnError: false });
  await expect(app.init()).rejects.toThrow('import FedoraMessagingModule.forRoot(), too');
});

it('the page module refuses wrong options, and says what would be right', () => {
  const forRoot = (options: object) => () => FedoraMessagingPageModule.forRoot(options);
  expect(forRoot({ pth: 'bus' })).toThrow("unknown key 'pth' (did you mean 'path'?)");
  expect(forRoot({ path: '/' })).toThrow("'path' must be a path such as 'bus', but is \"/\"");
  expect(forRoot({ authorize: true })).toThrow('must be a function');
  expect(forRoot({ insecure: 'false' })).toThrow(
    "FedoraMessagingPageModule.forRoot(): 'insecure' must be boolean",
  );
  expect(forRoot({ hosts: 'bus.example.org' })).toThrow("'hosts' must be array");
  expect(forRoot({ hosts: [1] })).toThrow("'hosts.0' must be string");
  expect(forRoot({ insecure: undefined, hosts: undefined })).not.toThrow();
});
