import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CommandProject } from '../support/command-project.js';
import { amqpUrl, RawClient, unique } from '../support/shared-rabbitmq.js';

const ID = 'f81d4fae-7dec-41d0-a765-00a0c91e6bf6';
const OK = { code: 0, signal: null };

/** A message in the form of Datagrepper: in several lines, with an integer that JavaScript can't hold. */
function archived(topic: string): string {
  return `{
    "body": {"big": 12345678901234567890},
    "headers": {
      "fedora_messaging_schema": "nobody.knows",
      "fedora_messaging_severity": 20,
      "sent-at": "2026-01-01T00:00:00+00:00"
    },
    "id": "${ID}",
    "queue": null,
    "topic": "${topic}"
  }\n`;
}

/** An archive of the test's own: its URL and its requests. */
async function startArchive(
  answer: (response: ServerResponse, request: IncomingMessage) => void,
): Promise<{ url: string; asked: string[]; close: () => Promise<void> }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url!);
    answer(response, request);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/datagrepper`;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(close);
  return { url, asked, close };
}

function projectWith(callback: string, more = ''): CommandProject {
  const project = new CommandProject();
  project.configure({ more });
  project.write(
    'consumer.js',
    `import { Drop, HaltConsumer, Nack } from 'nestjs-fedora-messaging';
    export async function onMessage(message, context) { ${callback} }`,
  );
  return project;
}

describe('replay', () => {
  it('publishes a message of Datagrepper again, with its id, its topic without a prefix, and priority 0 if it has none', async () => {
    const raw = await RawClient.open();
    const topic = unique('org.fedoraproject.prod.replayed');
    const queue = await raw.queue('amq.topic', topic);
    const { url, asked } = await startArchive((response) => response.end(archived(topic)));
    const project = projectWith('', 'topic_prefix = "org.example"\npublish_priority = 7');
    const command = project.call(['replay', ID, '--datagrepper-url', `${url}/`]);
    expect([await command.exit, command.errors]).toEqual([OK, expect.any(String)]);
    expect(command.lines).toEqual([`Published the message "${ID}" with topic "${topic}" again`]);
    expect(asked).toEqual([`/datagrepper/v2/id?id=${ID}&is_raw=true`]);
    const { content, properties } = await raw.next(queue);
    expect(content.toString()).toBe('{"big": 12345678901234567890}');
    expect(properties).toMatchObject({
      messageId: ID,
      priority: 0,
      headers: { fedora_messaging_schema: 'nobody.knows', 'sent-at': '2026-01-01T00:00:00+00:00' },
    });
  });

  it('ends with 111 when the broker refuses the login', async () => {
    const { url } = await startArchive((response) => response.end(archived('a.b')));
    const project = projectWith('');
    project.configure({ url: amqpUrl('guest', 'wrong') });
    const command = project.call(['replay', ID, '--datagrepper-url', url]);
    expect((await command.exit).code).toBe(111);
  });
});

describe('an archive for the command', () => {
  it.each<[string, (response: ServerResponse) => void, RegExp]>([
    [
      'that does not have the message',
      (response) => response.writeHead(404).end('{}'),
      /knows no message f81d/,
    ],
    ['that fails', (response) => response.writeHead(503).end('busy'), /answered 503/],
    ['that answers no JSON', (response) => response.end('<html></html>'), /not a message: is not JSON/],
    ['that answers something else', (response) => response.end('{"count": 0}'), /not a message: .*'topic'/],
    ['that breaks off', (response) => response.destroy(), /There is no answer from http/],
  ])('%s is reported, with exit code 1', async (_, answer, said) => {
    const { url } = await startArchive(answer);
    for (const args of [['replay'], ['reconsume', '--callback', './consumer.js:onMessage']]) {
      const command = projectWith('').call([...args, ID, '--datagrepper-url', url, '--attempts', '1']);
      expect((await command.exit).code).toBe(1);
      expect(command.errors).toMatch(said);
    }
  });

  it('that does not exist is reported, with exit code 1', async () => {
    const { url, close } = await startArchive(() => undefined);
    await close();
    const command = projectWith('').call(['replay', ID, '--datagrepper-url', url, '--attempts', '1']);
    expect((await command.exit).code).toBe(1);
    expect(command.errors).toMatch(/no answer from .*ECONNREFUSED/);
  });

  it('with an invalid URL is reported, with exit code 2', async () => {
    const command = projectWith('').call(['replay', ID, '--datagrepper-url', 'ftp://example.org']);
    expect((await command.exit).code).toBe(2);
    expect(command.errors).toContain('must be an http or https URL');
  });
});

describe('reconsume', () => {
  it.each([
    [
      '0 when it returns',
      'console.log(message.id, message.topic, message.headers["fedora_messaging_schema"], context.attempt)',
      0,
      'was handled',
    ],
    ['0 on Nack', 'throw new Nack()', 0, 'would go back into the queue'],
    ['0 on Drop', 'throw new Drop()', 0, 'would be dropped'],
    ["a HaltConsumer's own code", 'throw new HaltConsumer({ exitCode: 7 })', 7, 'would halt'],
    ['13 when it throws', 'throw new Error("the callback is broken")', 13, 'the callback is broken'],
  ])(
    'hands the message to the callback, without a broker, and ends with %s',
    async (_, callback, code, said) => {
      const { url } = await startArchive((response) => response.end(archived('a.b')));
      const project = projectWith(callback);
      project.configure({ url: 'amqp://127.0.0.1:1', more: 'topic_prefix = "org.example"' });
      const command = project.call([
        'reconsume',
        ID,
        '--callback',
        './consumer.js:onMessage',
        '--datagrepper-url',
        url,
      ]);
      expect([(await command.exit).code, command.errors]).toEqual([code, expect.stringContaining(said)]);
      if (callback.includes('log')) expect(command.lines).toEqual([`${ID} a.b nobody.knows 1`]);
    },
  );

  it.each([
    ['null', null],
    ['"some-queue"', 'some-queue'],
  ])('shows the callback the queue that the archive names: %s', async (json, queue) => {
    const { url } = await startArchive((response) =>
      response.end(archived('a.b').replace('"queue": null', `"queue": ${json}`)),
    );
    const project = projectWith('console.log(JSON.stringify([message.queue, message.priority]))');
    const args = ['reconsume', ID, '--callback', './consumer.js:onMessage', '--datagrepper-url', url];
    const command = project.call(args);
    expect([await command.exit, command.lines]).toEqual([OK, [JSON.stringify([queue, 0])]]);
  });

  it.each([
    ['a class without handle()', 'Handler', 'no handle(message) method'],
    ['an export that there is not', 'nothing', 'nothing of that name'],
  ])('refuses %s with exit code 1, before it fetches anything', async (_, name, said) => {
    const { url, asked } = await startArchive((response) => response.end(archived('a.b')));
    const project = projectWith('');
    project.write('handler.js', 'export class Handler {}');
    const args = ['reconsume', ID, '--callback', `./handler.js:${name}`, '--datagrepper-url', url];
    const command = project.call(args);
    expect([(await command.exit).code, command.errors]).toEqual([1, expect.stringContaining(said)]);
    expect(asked).toEqual([]);
  });

  it('needs a callback', async () => {
    const command = projectWith('').call(['reconsume', ID]);
    expect((await command.exit).code).toBe(2);
    expect(command.errors).toContain('reconsume needs a callback');
  });
});
