import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, inject, it } from 'vitest';
import { CommandProject } from '../support/command-project.js';
import { FrameProxy } from '../support/frame-proxy.js';
import { freePorts } from '../support/rabbitmq.js';
import {
  addUser,
  amqpUrl,
  listConnections,
  RawClient,
  setTopicPermissions,
  unique,
} from '../support/shared-rabbitmq.js';

interface LoadsCase {
  readonly case: string;
  readonly schemas: { name: string }[];
  readonly text: string;
  readonly expect: { ok: boolean; dumps_ok?: boolean; dumps?: string };
}

interface FileLine {
  topic: string;
  body: Record<string, unknown>;
  headers: Record<string, unknown>;
  id: string;
  queue: string | null;
  priority: number;
}

const VECTORS = readFileSync(new URL('../vectors/loads.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as LoadsCase);

/** A module with the message classes that the vectors describe. */
const DESCRIBED_CLASSES = `
import { Message, MessageSchema } from 'nestjs-fedora-messaging';
const described = ${JSON.stringify(VECTORS.flatMap(({ schemas }) => schemas))};
for (const { name, package: ofPackage, topic, severity, body_schema, headers_schema, accessors } of new Map(
  described.map((schema) => [schema.name, schema]),
).values()) {
  const messageClass = class extends Message {};
  for (const [accessor, value] of Object.entries(accessors ?? {})) {
    const property = accessor.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
    Object.defineProperty(messageClass.prototype, property, { get: () => value });
  }
  const options = { package: ofPackage, topic, severity, bodySchema: body_schema, headersSchema: headers_schema };
  MessageSchema(
    name,
    Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined && value !== null)),
  )(messageClass);
}
`;

const OK = { code: 0, signal: null };
const linesOf = (text: string): FileLine[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as FileLine);

/** An exchange of the test's own, a queue that gets all its messages, and a project that consumes the queue. */
async function projectWithQueue(): Promise<{
  project: CommandProject;
  raw: RawClient;
  exchange: string;
  queue: string;
}> {
  const raw = await RawClient.open();
  const exchange = unique('exchange');
  await raw.channel.assertExchange(exchange, 'topic', { durable: false, autoDelete: true });
  const queue = await raw.queue(exchange);
  const project = new CommandProject();
  project.configure({ queue });
  return { project, raw, exchange, queue };
}

const line = (n: number, topic = 'cli.file', more = ''): string =>
  `{"topic":"${topic}","body":{"n":${n}${more}}}`;
const lines = (from: number, to: number, more = ''): string =>
  Array.from({ length: to - from + 1 }, (_, i) => `${line(from + i, 'cli.file', more)}\n`).join('');

describe('messages that are published from a file and recorded into another', () => {
  it('are equal in both files: the reference vectors', async () => {
    const { project, exchange, queue } = await projectWithQueue();
    project.install('described-classes', DESCRIBED_CLASSES);
    const cases = VECTORS.filter(({ expect: { ok, dumps_ok = true } }) => ok && dumps_ok);
    const input = cases.map(({ text }) => text.replace(/\r?\n$/, '\n').replace(/([^\n])$/, '$1\n')).join('');
    const count = linesOf(input).length;
    expect(count).toBeGreaterThan(8);

    const published = project.call(
      ['--schemas', 'described-classes', 'publish', '--exchange', exchange, '-'],
      {
        input,
      },
    );
    expect([await published.exit, published.errors]).toEqual([
      OK,
      expect.stringContaining(`${count} messages`),
    ]);
    const recorded = project.call([
      '--schemas',
      'described-classes',
      'record',
      '--limit',
      String(count),
      'out.jsonl',
    ]);
    expect(await recorded.exit).toEqual(OK);

    const expected = cases.flatMap(({ text, expect: { dumps } }) => linesOf(dumps ?? text));
    const actual = linesOf(project.read('out.jsonl'));
    expect(actual).toHaveLength(expected.length);
    expected.forEach(({ topic, body, id, priority, headers }, n) => {
      expect(actual[n]).toMatchObject({ topic, body, queue, headers: headers ?? {} });
      expect(isDeepStrictEqual(actual[n]!.body, body)).toBe(true);
      if (id) expect(actual[n]!.id).toBe(id);
      if (priority) expect(actual[n]!.priority).toBe(priority);
    });
  });

  it.each(VECTORS.filter(({ text, expect: { ok, dumps_ok = true } }) => text && !(ok && dumps_ok)))(
    'are refused when the reference refuses them: $case',
    async ({ text }) => {
      const { project, exchange } = await projectWithQueue();
      project.install('described-classes', DESCRIBED_CLASSES);
      const command = project.call(
        ['--schemas', 'described-classes', 'publish', '--exchange', exchange, '-'],
        {
          input: text,
        },
      );
      expect((await command.exit).code).toBe(2);
      expect(command.errors).toMatch(/Line \d/);
    },
  );

  it('keep integers beyond 2^53, the text of numbers, unknown schemas, ids and priorities', async () => {
    const { project, exchange } = await projectWithQueue();
    const body = '{"big": 123456789012345678901234567890, "one": 1.0, "tiny": 1e-400, "ž": "\\u017e"}';
    const headers = {
      fedora_messaging_schema: 'nobody.knows',
      fedora_messaging_schema_package: 'nobody-messages',
      fedora_messaging_severity: 40,
      fedora_messaging_user_bob: true,
      'sent-at': '2026-01-01T00:00:00+00:00',
      priority: 3,
      'x-own': { nested: [1, 'two', null] },
    };
    const id = 'f81d4fae-7dec-41d0-a765-00a0c91e6bf6';
    const input = `{"topic": "a.b", "id": "${id}", "priority": 3, "headers": ${JSON.stringify(headers)}, "body": ${body}}\n`;
    expect(await project.call(['publish', '--exchange', exchange, '-'], { input }).exit).toEqual(OK);
    const recorded = project.call(['record', '--limit', '1', '-']);
    expect(await recorded.exit).toEqual(OK);
    expect(recorded.lines).toHaveLength(1);
    expect(recorded.lines[0]).toContain(`"body":${body},`);
    expect(JSON.parse(recorded.lines[0]!)).toMatchObject({ topic: 'a.b', id, priority: 3, headers });
  });

  it('take no more memory for a large file', async () => {
    const { project, exchange, queue, raw } = await projectWithQueue();
    // 80 MB, with a heap of 64 MB.
    const count = 2_500;
    project.write('large.jsonl', lines(1, count, `,"text":"${'x'.repeat(32_000)}"`));
    const env = { NODE_OPTIONS: '--max-old-space-size=64' };
    const published = project.run(['publish', '--exchange', exchange, 'large.jsonl'], { env });
    expect([await published.exit, published.errors]).toEqual([OK, expect.stringContaining('2,500 messages')]);
    expect(await raw.count(queue)).toBe(count);
    const recorded = project.run(['record', '--limit', String(count), 'out.jsonl'], { env });
    expect(await recorded.exit).toEqual(OK);
    const numbers = linesOf(project.read('out.jsonl')).map(({ body }) => body['n']);
    expect(numbers).toEqual(Array.from({ length: count }, (_, n) => n + 1));
  }, 240_000);
});

describe('record', () => {
  it('ends after --limit messages, and other messages stay in the queue', async () => {
    const { project, raw, queue } = await projectWithQueue();
    for (let n = 1; n <= 5; n++) raw.send(queue, `{"n":${n}}`);
    const command = project.call(['record', '--limit', '3', 'out.jsonl']);
    expect([await command.exit, command.errors]).toEqual([
      OK,
      expect.stringContaining('Recorded 3 of 3 messages'),
    ]);
    expect(linesOf(project.read('out.jsonl')).map(({ body }) => body)).toEqual([
      { n: 1 },
      { n: 2 },
      { n: 3 },
    ]);
    await expect.poll(() => raw.count(queue)).toBe(2);
  });

  it('appends to an existing file, and is shown by the broker as recorder', async () => {
    const { project, raw, queue } = await projectWithQueue();
    project.write('out.jsonl', `${line(0)}\n`);
    const command = project.call(['record', 'out.jsonl']);
    await expect
      .poll(() => listConnections('client_properties'))
      .toContainEqual([expect.stringContaining('"recorder"')]);
    raw.send(queue, '{"n":1}');
    await expect.poll(() => linesOf(project.read('out.jsonl')).length).toBe(2);
    command.kill('SIGINT');
    expect([await command.exit, command.errors]).toEqual([
      OK,
      expect.stringContaining('Recorded 1 messages'),
    ]);
    expect(await raw.count(queue)).toBe(0);
  });

  it('leaves whole lines when it is killed, and loses no message when it goes on', async () => {
    const { project, raw, queue } = await projectWithQueue();
    const count = 5_000;
    const text = 'x'.repeat(1_000);
    for (let n = 1; n <= count; n++) raw.send(queue, JSON.stringify({ n, text }));
    await expect.poll(() => raw.count(queue)).toBe(count);
    project.write('out.jsonl', '');
    const killed = project.run(['record', 'out.jsonl']);
    await expect.poll(() => project.read('out.jsonl').length, { interval: 5 }).toBeGreaterThan(200_000);
    killed.kill('SIGKILL');
    expect((await killed.exit).signal).toBe('SIGKILL');

    const before = project.read('out.jsonl');
    expect(before.endsWith('\n')).toBe(true);
    const written = linesOf(before).length;
    expect(written).toBeLessThan(count);
    // Unacknowledged messages go back when the broker has noticed.
    await expect.poll(() => raw.count(queue)).toBeGreaterThanOrEqual(count - written);
    const rest = await raw.count(queue);
    expect(await project.call(['record', '--limit', String(rest), 'out.jsonl']).exit).toEqual(OK);
    const numbers = linesOf(project.read('out.jsonl')).map(({ body }) => body['n']);
    expect(new Set(numbers).size).toBe(count);
    // These were written, but not yet acknowledged when it was killed.
    expect(numbers.length - count).toBeLessThanOrEqual(10);
  });

  it('logs a line for each recorded message', async () => {
    const { project, raw, queue } = await projectWithQueue();
    for (let n = 0; n < 2; n++) raw.send(queue, `{"n":${n}}`);
    const command = project.call(['record', '--limit', '2', 'logged.jsonl']);
    expect(await command.exit).toEqual(OK);
    expect(command.errors.match(/Consuming the message "[-0-9a-f]{36}" with topic/g)).toHaveLength(2);
  });

  it('removes the half line of a killed write, and adds a missing newline', async () => {
    const { project, raw, queue } = await projectWithQueue();
    project.write('half.jsonl', `${line(1)}\n{"topic":"cli.file","bo`);
    raw.send(queue, '{"n":2}');
    const command = project.call(['record', '--limit', '1', 'half.jsonl']);
    expect([await command.exit, command.errors]).toEqual([OK, expect.stringContaining('an incomplete line')]);
    expect(linesOf(project.read('half.jsonl')).map(({ body }) => body['n'])).toEqual([1, 2]);

    project.write('no-newline.jsonl', line(1));
    raw.send(queue, '{"n":2}');
    expect(await project.call(['record', '--limit', '1', 'no-newline.jsonl']).exit).toEqual(OK);
    expect(linesOf(project.read('no-newline.jsonl')).map(({ body }) => body['n'])).toEqual([1, 2]);
  });
});

describe('record, into a file whose last line has no newline', () => {
  it.each([
    ['a text', 'dear diary,\nto be continued'],
    ['a text that has no line', 'to be continued'],
    ['half a JSON object of something else', '{"level":"info","mess'],
    ['the beginning of a list', '[1, 2'],
  ])('keeps text that is not its own: %s', async (_, text) => {
    const { project, raw, queue } = await projectWithQueue();
    project.write('other.txt', text);
    raw.send(queue, '{"n":1}');
    const command = project.call(['record', '--limit', '1', 'other.txt']);
    expect(await command.exit).toEqual(OK);
    const written = project.read('other.txt');
    expect(written.startsWith(`${text}\n`)).toBe(true);
    expect(linesOf(written.slice(text.length)).map(({ body }) => body['n'])).toEqual([1]);
  });

  it('removes half of a line that record has written, at any byte', async () => {
    const { project, raw, queue } = await projectWithQueue();
    raw.send(queue, '{"n":1}');
    expect(await project.call(['record', '--limit', '1', 'whole.jsonl']).exit).toEqual(OK);
    const whole = project.read('whole.jsonl');
    for (const length of [1, 8, whole.length - 2]) {
      project.write('half.jsonl', whole + whole.slice(0, length));
      raw.send(queue, '{"n":2}');
      const command = project.call(['record', '--limit', '1', 'half.jsonl']);
      expect([await command.exit, command.errors]).toEqual([
        OK,
        expect.stringContaining('an incomplete line'),
      ]);
      expect(linesOf(project.read('half.jsonl')).map(({ body }) => body['n'])).toEqual([1, 2]);
    }
  });
});

it('record writes the headers of a message unchanged', async () => {
  const { project, raw, queue } = await projectWithQueue();
  const headers = { fedora_messaging_schema: 'base.message', fedora_messaging_severity: 30, 'x-own': 'yes' };
  raw.send(queue, '{"n":1}', { headers });
  raw.send(queue, '{"n":2}', { headers: {} });
  expect(await project.call(['record', '--limit', '2', 'as-they-came.jsonl']).exit).toEqual(OK);
  expect(linesOf(project.read('as-they-came.jsonl')).map((recorded) => recorded.headers)).toEqual([
    headers,
    {},
  ]);
});

it.each([
  ['publish', ''],
  ['publish, with a priority for messages that have none', 'publish_priority = 7'],
])('publish gives a line without a priority the priority 0: %s', async (_, more) => {
  const { project, raw, exchange, queue } = await projectWithQueue();
  project.configure({ more });
  const command = project.call(['publish', '--exchange', exchange, '-'], { input: line(1) });
  expect(await command.exit).toEqual(OK);
  const { properties } = await raw.next(queue);
  expect([properties.priority, properties.headers?.['priority']]).toEqual([0, 0]);
});

describe('publish', () => {
  it('waits for a broker that is not there yet', async () => {
    const { project, raw, exchange, queue } = await projectWithQueue();
    const [port] = (await freePorts(1)) as [number];
    project.configure({ url: `amqp://127.0.0.1:${port}/?connection_attempts=1` });
    const command = project.call(['publish', '--exchange', exchange, '-'], { input: lines(1, 3) });
    await command.whenErrors(`attempt 2: connect ECONNREFUSED 127.0.0.1:${port}`);
    await FrameProxy.listen(inject('amqpPort'), undefined, port);
    expect([await command.exit, command.errors]).toEqual([OK, expect.stringContaining('3 messages')]);
    expect(await raw.count(queue)).toBe(3);
  });
});

describe('publish, when it does not publish every line,', () => {
  it('names the first invalid line, and --skip goes on after the published lines', async () => {
    const { project, raw, exchange, queue } = await projectWithQueue();
    project.write('in.jsonl', `${lines(1, 20)}{"topic":"cli.file","body":[]}\n{broken\n${lines(23, 25)}`);
    const first = project.call(['publish', '--exchange', exchange, 'in.jsonl']);
    expect((await first.exit).code).toBe(2);
    expect(first.errors).toMatch(/Line 21 .*\/body must be object/);
    expect(first.errors).toContain('--skip 20\n');
    expect(await raw.count(queue)).toBe(20);

    project.write('in.jsonl', lines(1, 25));
    expect(await project.call(['publish', '--exchange', exchange, '--skip', '20', 'in.jsonl']).exit).toEqual(
      OK,
    );
    expect(await raw.count(queue)).toBe(25);
    for (let n = 1; n <= 25; n++) {
      expect(JSON.parse((await raw.next(queue)).content.toString())).toEqual({ n });
    }
  });

  it('names the first line that the broker refuses, however many are in flight, and says which later lines are published', async () => {
    const user = await addUser({ configure: '.*', write: '.*', read: '.*' });
    const { project, raw, exchange, queue } = await projectWithQueue();
    await setTopicPermissions(user, exchange, { write: '^cli\\.', read: '.*' });
    project.configure({ url: amqpUrl(user) });
    project.write(
      'in.jsonl',
      `${lines(1, 49)}${line(50, 'forbidden')}\n${lines(51, 70)}${line(71, 'forbidden')}\n${lines(72, 100)}`,
    );
    const command = project.call(['publish', '--exchange', exchange, 'in.jsonl']);
    expect((await command.exit).code).toBe(121);
    expect(command.errors).toContain('Line 50: ');
    expect(command.errors).toMatch(/--skip 49\b/);
    const beyond = Number(/(\d+) later lines are published/.exec(command.errors)?.[1] ?? 0);
    // A message that shared its channel with a forbidden message may come twice.
    const arrived = new Set<unknown>();
    for (let left = await raw.count(queue); left > 0; left--) {
      arrived.add((JSON.parse((await raw.next(queue)).content.toString()) as { n: number }).n);
    }
    expect(arrived.size).toBe(49 + beyond);
    for (let n = 1; n <= 49; n++) expect(arrived).toContain(n);
  });

  it('on a signal, waits for messages in flight and says how far it has come', async () => {
    const { project, raw, exchange, queue } = await projectWithQueue();
    const command = project.run(['publish', '--exchange', exchange, '-'], {
      input: lines(1, 3),
      isInputOpen: true,
    });
    await command.whenLines(3);
    command.kill('SIGTERM');
    expect(await command.exit).toEqual({ code: 143, signal: null });
    expect(command.errors).toContain('--skip 3\n');
    expect(await raw.count(queue)).toBe(3);
  });

  it('stops at a line that the broker refuses, also while it waits for the next line', async () => {
    const { project, exchange } = await projectWithQueue();
    project.configure({ url: amqpUrl('guest', 'wrong') });
    const command = project.run(['publish', '--exchange', exchange, '-'], {
      input: lines(1, 1),
      isInputOpen: true,
    });
    expect((await command.exit).code).toBe(111);
    expect(command.errors).toContain('Line 1: ');
  });

  it('stops at a line that is not UTF-8, or longer than any message', async () => {
    const { project, raw, exchange, queue } = await projectWithQueue();
    const huge = line(1, 'cli.file', `,"text":"${'x'.repeat(5_000_000)}"`);
    const input = Buffer.concat([Buffer.from(`${huge}\n`), Buffer.from([0xff, 0x0a])]);
    const command = project.call(['publish', '--exchange', exchange, '-'], { input });
    expect((await command.exit).code).toBe(2);
    expect(command.errors).toContain('Line 2 is invalid: is not UTF-8');
    expect((await raw.next(queue)).content.length).toBeGreaterThan(5_000_000);
  });

  it('publishes with a configuration file whose tables have keys that the Python library ignores', async () => {
    const project = new CommandProject();
    const more = `
[qos]
prefetchcount = 5
[[bindings]]
exchange = "amq.topic"
routing_keys = ["#"]
comment = "all"
[queues.q]
durable = false
auto_delete = true
exclusive = true
arguments = {}
comment = "mine"
`;
    project.configure({ url: 'memory://cli-files', more });
    const command = project.call(['publish', '-'], { input: `${line(1, 'cli.file')}\n` });
    expect([await command.exit, command.errors]).toEqual([{ code: 0, signal: null }, expect.anything()]);
  });
});
