import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CommandProject } from '../support/command-project.js';
import type { Reference } from '../../lib/page/reference-protocol.js';
import { ask, PageClient } from '../support/page-client.js';
import { freePorts } from '../support/rabbitmq.js';
import type { RunningCommand } from '../support/running-command.js';
import { listQueues, RawClient, unique } from '../support/shared-rabbitmq.js';

const OK = { code: 0, signal: null };

/** A project whose configured queue gets the messages that have its name as their routing key. */
async function projectWithQueue(): Promise<{ project: CommandProject; queue: string; raw: RawClient }> {
  const raw = await RawClient.open();
  const queue = await raw.queue('');
  await raw.channel.bindQueue(queue, 'amq.topic', queue);
  const project = new CommandProject();
  project.configure({ queue });
  return { project, queue, raw };
}

/** The page whose address the command prints. */
async function pageOf(command: RunningCommand): Promise<PageClient> {
  await command.whenLines(1);
  const [, url] = /^The page is at (http:\/\/127\.0\.0\.1:\d+)\/; Ctrl\+C ends$/.exec(command.lines[0]!)!;
  return PageClient.open(url!);
}

function send(raw: RawClient, routingKey: string, body: object, headers = {}): void {
  raw.channel.publish('amq.topic', routingKey, Buffer.from(JSON.stringify(body)), {
    contentType: 'application/json',
    contentEncoding: 'utf-8',
    messageId: 'the-message',
    headers: { fedora_messaging_schema: 'base.message', fedora_messaging_severity: 20, ...headers },
  });
}

/** Waits until the page shows that the command consumes; returns the queue. */
function queueOn(page: PageClient): Promise<string> {
  return page.until(({ content }) => content.consumers?.find(({ state }) => state === 'consuming')?.queue);
}

describe('watch', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'shows messages from an exclusive queue of its own, takes none from the configured queue, and ends with 0 on %s',
    async (signal) => {
      const { project, queue, raw } = await projectWithQueue();
      const command = project.run(['watch']);
      const page = await pageOf(command);
      const own = await queueOn(page);
      expect(own).toMatch(/^amq\.gen-/);
      expect(await listQueues('name', 'exclusive', 'auto_delete')).toContainEqual([own, 'true', 'true']);
      send(raw, queue, { n: 1 });
      expect(await page.until(({ content }) => content.messages?.[0])).toMatchObject({
        topic: queue,
        id: 'the-message',
        queue: own,
      });
      expect(await raw.count(queue)).toBe(1);

      command.kill(signal);
      expect(await command.exit).toEqual(OK);
      expect(command.lines).toHaveLength(1);
      expect(command.errors).toContain('Connected to ');
      expect(command.errors).not.toContain(/\d+\.\d+\.\d+\.\d+:\d+/.exec(command.lines[0]!)![0]);
      expect((await listQueues('name')).flat()).not.toContain(own);
    },
  );

  it('consumes the routing keys of the options, from the queue and exchange that they name', async () => {
    const { project, raw } = await projectWithQueue();
    const [exchange, queue] = [unique('exchange'), unique('watched')];
    await raw.channel.assertExchange(exchange, 'topic', { durable: false, autoDelete: true });
    await raw.queue(exchange, 'keeps.the.exchange');
    const options = [
      '--exchange',
      exchange,
      '--queue-name',
      queue,
      '--routing-key',
      'a.*',
      '--routing-key',
      'b',
    ];
    const page = await pageOf(project.call(['watch', ...options]));
    expect(await queueOn(page)).toBe(queue);
    for (const key of ['c', 'a.b.c', 'a.b', 'b']) {
      raw.channel.publish(exchange, key, Buffer.from('{}'), { headers: {}, messageId: key });
    }
    const topics: string[] = [];
    await page.until(({ content }) => {
      topics.push(...(content.messages ?? []).map(({ topic }) => topic));
      return topics.includes('b');
    });
    expect(topics).toEqual(['a.b', 'b']);
  });

  it('shows the messages by the classes of --app, whose module it creates, but does not start', async () => {
    const { project, queue, raw } = await projectWithQueue();
    project.write('app.js', APP);
    const command = project.run(['watch', '--app', './app.js:AppModule', '--routing-key', queue]);
    const page = await pageOf(command);
    const url = /http:\S+\//.exec(command.lines[0]!)![0];
    const reference = JSON.parse((await ask(`${url}api/reference`)).text) as Reference;
    expect(reference.classes.map(({ schema }) => schema)).toEqual(['watch.greeting']);
    expect(reference.asyncapi).toMatchObject({
      info: { title: 'AppModule' },
      operations: { 'Handlers.onMessage': { action: 'receive' } },
    });
    expect((await page.snapshot()).consumers.map(({ name }) => name)).not.toContain('Handlers.onMessage');
    await queueOn(page);
    send(raw, queue, { who: 'ann' }, { fedora_messaging_schema: 'watch.greeting' });
    expect(await page.until(({ content }) => content.messages?.[0]?.summary)).toBe('preferred: Hello, ann');
    command.kill('SIGINT');
    expect(await command.exit).toEqual(OK);
    expect(command.output).not.toContain('started');
  });

  it('refuses a module of --app that is not on the bus', async () => {
    const { project } = await projectWithQueue();
    project.write('app.js', APP);
    const command = project.run(['watch', '--app', './app.js:OffBus']);
    expect((await command.exit).code).toBe(2);
    expect(command.errors).toContain("option --app: './app.js:OffBus' is not on the bus");
  });

  it('prints the address of the page while the broker is not there, and the page says so', async () => {
    const project = new CommandProject();
    const [port] = await freePorts(1);
    const command = project.call(['--conf', '', '--amqp-url', `amqp://127.0.0.1:${port}`, 'watch']);
    const page = await pageOf(command);
    await page.until(({ content }) =>
      content.connections?.some(({ consuming }) => consuming.state === 'down'),
    );
    command.kill('SIGTERM');
    expect(await command.exit).toEqual(OK);
  });

  it('says that the port of its option is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const { project } = await projectWithQueue();
    const command = project.call(['watch', '--port', String(port)]);
    expect((await command.exit).code).toBe(2);
    expect(command.errors).toContain(`error: option --port: the page can't be served on port ${port}`);
    expect(command.errors).toContain('EADDRINUSE');
  });
});

/** A class that another class prefers to be, and consumers that must not run. Both classes stay in a process. */
const APP = `
import { Module } from '@nestjs/common';
import { Consumer, FedoraMessagingModule, Message, MessageSchema } from 'nestjs-fedora-messaging';
class Greeting extends Message {
  get summary() { return 'Hello, ' + this.body.who; }
}
MessageSchema('watch.greeting')(Greeting);
class Preferred extends Message {
  get summary() { return 'preferred: Hello, ' + this.body.who; }
}
MessageSchema('watch.greeting')(Preferred);
class Handlers {
  onModuleInit() { console.log('started'); }
  onMessage() { console.log('handled'); }
}
Consumer()(Handlers.prototype, 'onMessage', Object.getOwnPropertyDescriptor(Handlers.prototype, 'onMessage'));
export class AppModule {}
Module({
  imports: [FedoraMessagingModule.forRoot(), FedoraMessagingModule.forFeature([Preferred], { preferred: true })],
  providers: [Handlers],
})(AppModule);
export class OffBus {}
Module({})(OffBus);
`;
