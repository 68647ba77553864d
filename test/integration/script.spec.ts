import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { TestProcess } from '../support/child-process.js';
import { CommandProject } from '../support/command-project.js';
import { freePorts } from '../support/rabbitmq.js';
import { RawClient, unique } from '../support/shared-rabbitmq.js';

/** Does as the body of each message says. */
const OBEDIENT = `
import { consume, HaltConsumer } from 'nestjs-fedora-messaging';
process.on('exit', () => console.log('exit'));
await consume(async ({ body }) => {
  console.log(JSON.stringify(body));
  if (body.fail) throw new Error(body.fail);
  if (body.halt !== undefined) throw new HaltConsumer({ exitCode: body.halt });
  if (body.slow) await new Promise((resolve) => setTimeout(resolve, 300));
  console.log('handled');
});
console.log('ready');
`;

/** The lines of the script itself: Nest's log lines begin with its name. */
const printed = ({ lines }: TestProcess): string[] => lines.filter((line) => !line.includes('[Nest]'));

function start(project: CommandProject, script: string, configFile: string): TestProcess {
  const file = project.write('script.mjs', script);
  return TestProcess.start(process.execPath, [file], {
    cwd: project.folder,
    env: { FEDORA_MESSAGING_CONF: configFile, NO_COLOR: '1' },
  });
}

/** Starts the script on a queue of its own, and waits until it consumes. */
async function consuming() {
  const project = new CommandProject();
  const queue = unique('script');
  const raw = await RawClient.open();
  const script = start(project, OBEDIENT, project.configure({ queue }));
  await script.whenText('ready\n');
  return { raw, queue, script };
}

describe('a script that consumes without an application', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'finishes and acknowledges its message at %s, and exits with 0',
    async (signal) => {
      const { raw, queue, script } = await consuming();
      raw.send(queue, '{"slow":true}');
      await script.whenText('{"slow":true}\n');
      script.kill(signal);
      expect(await script.exit).toEqual({ code: 0, signal: null });
      expect(printed(script)).toEqual(['ready', '{"slow":true}', 'handled', 'exit']);
      expect(await raw.count(queue)).toBe(0);
    },
  );

  it.each([
    { why: 'a callback halts', body: { halt: 0 }, code: 0 },
    { why: 'a callback halts with a code of its own', body: { halt: 42 }, code: 42 },
    { why: 'a callback fails', body: { fail: 'out of cheese' }, code: 13 },
  ])('ends by itself when $why, with exit code $code', async ({ body, code }) => {
    const { raw, queue, script } = await consuming();
    raw.send(queue, JSON.stringify(body));
    expect(await script.exit).toEqual({ code, signal: null });
    // Each error is a line of the log, and not an unhandled rejection.
    expect(script.errors.replace(/^\[Nest\].*\n(Error: .*\n( {4}at .*\n)+\n?)?/gm, '').trim()).toBe('');
  });

  it('ends by itself when its queue is deleted, with exit code 12', async () => {
    const { raw, queue, script } = await consuming();
    await raw.channel.deleteQueue(queue);
    expect(await script.exit).toEqual({ code: 12, signal: null });
  });

  it('waits for a broker that is away, and ends with 0 at a signal', async () => {
    const project = new CommandProject();
    const [port] = await freePorts(1);
    const url = `amqp://127.0.0.1:${port}?connection_attempts=1`;
    const script = start(project, OBEDIENT, project.configure({ url }));
    await script.whenText('failed, attempt 2');
    script.kill('SIGTERM');
    expect(await script.exit).toEqual({ code: 0, signal: null });
  });
});

describe('a script that publishes without an application', () => {
  it('has published when publish() resolves, and ends by itself', async () => {
    const project = new CommandProject();
    const topic = unique('script');
    const raw = await RawClient.open();
    const queue = await raw.queue('amq.topic', topic);
    const script = start(
      project,
      `
import { Message, publish } from 'nestjs-fedora-messaging';
for (const n of [1, 2]) await publish(new Message({ topic: '${topic}', body: { n } }), { correlationId: 'c' });
await publish(new Message({ topic: 'nowhere' }), { mandatory: true }).catch(({ name }) => console.log(name));
`,
      project.configure(),
    );
    expect(await script.exit).toEqual({ code: 0, signal: null });
    expect(script.errors).toBe('');
    expect(printed(script)).toEqual(['PublishReturned']);
    const received = [await raw.next(queue), await raw.next(queue)];
    expect(received.map(({ content }) => String(content))).toEqual(['{"n":1}', '{"n":2}']);
    expect(received[0]!.properties.correlationId).toBe('c');
  });
});

it('the first scripts of docs/guides/scripts.md run as they are written there', async () => {
  const guide = readFileSync(new URL('../../docs/guides/scripts.md', import.meta.url), 'utf8');
  const [consumer, publisher] = [...guide.matchAll(/^```ts\n([^]*?)^```$/gm)].map(([, block]) => block!);
  const project = new CommandProject();
  const configFile = project.configure();
  const receiving = start(project, consumer!, configFile);
  await receiving.whenText('consumes queue');
  project.write('publisher.mjs', publisher!);
  const sending = TestProcess.start(process.execPath, ['publisher.mjs'], {
    cwd: project.folder,
    env: { FEDORA_MESSAGING_CONF: configFile },
  });
  expect(await sending.exit).toEqual({ code: 0, signal: null });
  await receiving.whenText('Topic: example.greeting');
  receiving.kill('SIGINT');
  expect(await receiving.exit).toEqual({ code: 0, signal: null });
});
