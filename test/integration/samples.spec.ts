import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { TestProcess } from '../support/child-process.js';
import { amqpUrl, RawClient } from '../support/shared-rabbitmq.js';

const FOLDER = inject('packageFolder');

/** The commands of package.json. */
const { scripts: SCRIPTS } = JSON.parse(readFileSync(join(FOLDER, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

it('every command of a sample builds it first', () => {
  for (const command of ['demo', 'sample:02', 'sample:03', 'sample:04']) {
    expect(SCRIPTS[`pre${command}`]).toBe('npm run --silent build:samples');
  }
});

/** The queue that the environment gives the notifier. */
const NOTIFIER_QUEUE = 'staging-notifier';
/** The queues that samples leave behind. */
const QUEUES = [
  NOTIFIER_QUEUE,
  ...['retry.500', 'retry.1000', 'retry.2000', 'parked'].map((name) => `${NOTIFIER_QUEUE}.${name}`),
  'sample-builds',
];

/** The URL of a broker where the queues of the samples are deleted when the test ends. */
async function brokerForSamples(): Promise<string> {
  const raw = await RawClient.open();
  for (const queue of QUEUES) raw.deleteLater(queue);
  return amqpUrl();
}

/** Starts a sample by its command, as npm does after the build: the samples are built already. */
async function start(script: string, isOnRabbitMQ: boolean, args: string[] = []): Promise<TestProcess> {
  const env: Record<string, string> = isOnRabbitMQ ? { AMQP_URL: await brokerForSamples() } : {};
  return TestProcess.start('sh', ['-c', [SCRIPTS[script]!, ...args].join(' ')], {
    cwd: FOLDER,
    env: { PORT: '0', NOTIFIER_QUEUE, ...env },
    isGroup: true,
  });
}

/** The address that a sample prints. */
async function urlOf(sample: TestProcess): Promise<string> {
  await sample.whenText('Ctrl+C ends');
  return /listening: (http:\/\/[\d.:]+)/.exec(sample.output)![1]!;
}

/** The consumers on the live page whose address a sample prints first. */
async function consumersOnPage(sample: TestProcess): Promise<string[]> {
  await sample.whenLines(1);
  const [, url] = /^live page: (http:\/\/127\.0\.0\.1:\d+\/\S*)/.exec(sample.lines[0]!)!;
  expect((await fetch(url!)).headers.get('content-type')).toContain('text/html');
  const { body } = await fetch(`${url}api/events`);
  let text = '';
  for await (const chunk of body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const [, snapshot] = /^data: (.*)\n\n/m.exec(text) ?? [];
    if (snapshot !== undefined) {
      const { consumers } = JSON.parse(snapshot) as { consumers: { name: string }[] };
      return consumers.map(({ name }) => name).sort();
    }
  }
  throw new Error(`The stream of the page ended with ${text}`);
}

async function requestBuild(url: string): Promise<string> {
  const response = await fetch(`${url}/builds`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ package: 'kernel', agent: 'bob' }),
  });
  expect(response.status).toBe(202);
  return ((await response.json()) as { id: string }).id;
}

describe.each([
  ['on the embedded broker', false],
  ['on RabbitMQ', true],
])('%s', (_, isOnRabbitMQ) => {
  it('the quick start prints the published and received messages, and ends', async () => {
    const sample = await start('demo', isOnRabbitMQ);
    expect(await sample.exit).toEqual({ code: 0, signal: null });
    expect(sample.lines.at(-1)).toBe('done');
    const [first, ...others] = sample.lines;
    expect(first).toMatch(
      /^live page: http:\/\/127\.0\.0\.1:\d+\/ \(npm run demo -- --stay keeps it open\)$/,
    );
    expect(others.toSorted()).toEqual([
      'audit log received quick-start.notification.sent: bob was told',
      'audit log received quick-start.update.requested: bob submitted kernel to testing',
      'done',
      'main published     bob submitted kernel to testing',
      'notifier published bob was told',
      'notifier received  bob submitted kernel to testing',
    ]);
  }, 300_000);

  it('the quick start keeps its live page open with --stay until Ctrl+C, and goes on publishing', async () => {
    const sample = await start('demo', isOnRabbitMQ, ['--stay']);
    expect(await consumersOnPage(sample)).toEqual(['AuditLog.onMessage', 'Notifier.onUpdate']);
    await sample.whenText('notifier received  carol submitted');
    sample.kill('SIGINT');
    await sample.exit;
    expect(sample.lines.at(-1)).toBe('done');
  }, 300_000);

  it('the notifier mails people, retries refused mails, and has health and metrics', async () => {
    const sample = await start('sample:02', isOnRabbitMQ);
    const url = await urlOf(sample);
    expect(await consumersOnPage(sample)).toEqual(['Notifier']);
    await sample.whenText('mail to bob: bob submitted kernel');
    await sample.whenText('mail to bob: carol commented on kernel: works for me');
    await sample.whenText('nobody is told of updates.ejected');
    expect(sample.output).not.toContain('mail to bob: testbot');

    const health = await fetch(`${url}/health`);
    expect(health.status).toBe(200);
    expect(await health.json()).toMatchObject({ details: { messaging: { status: 'up', consuming: true } } });
    const outcomes = async (): Promise<string[]> => {
      const metrics = await (await fetch(`${url}/metrics`)).text();
      return (
        metrics.match(
          /(?<=^fedora_messaging_outcomes_total.*queue="staging-notifier".*outcome=")\w+"\} [1-9]\d*$/gm,
        ) ?? []
      );
    };
    await expect
      .poll(outcomes)
      .toEqual(expect.arrayContaining(['processed"} 3', 'dropped"} 1', 'failed"} 1']));

    sample.kill('SIGINT');
    await sample.exit;
    await expect(fetch(`${url}/health`)).rejects.toThrow();
  }, 300_000);

  it('the web application and the worker build a requested package', async () => {
    const sample = await start('sample:03', isOnRabbitMQ);
    const url = await urlOf(sample);
    expect(await consumersOnPage(sample)).toEqual(['Builder.build']);
    const id = await requestBuild(url);
    await sample.whenText(`worker built kernel for bob (${id})`);
    sample.kill('SIGINT');
    await sample.exit;
    await expect(fetch(`${url}/builds`)).rejects.toThrow();
  }, 300_000);

  it('the watcher prints the recorded messages, by their imported classes', async () => {
    const sample = await start('sample:04', isOnRabbitMQ);
    await sample.whenText('other: org.fedoraproject.prod.bakery.flour.delivered');
    expect(sample.lines).toEqual(
      expect.arrayContaining([
        'order 1: ann ordered rye bread, two rolls (sliced, please)',
        'order 2: ben ordered an apple pie',
        'ready for ann: mia baked rye bread, two rolls for ann',
        'warning: mia reports that the cake oven is broken',
      ]),
    );
    expect(await consumersOnPage(sample)).toEqual(['Watcher']);
    sample.kill('SIGINT');
    await sample.exit;
  }, 300_000);
});

it('the web application and its workers are separate processes, and requests wait for a worker', async () => {
  const AMQP_URL = await brokerForSamples();
  const startAs = (ROLE: string): TestProcess =>
    TestProcess.start(process.execPath, ['sample/dist/03-web-and-worker/main.js'], {
      cwd: FOLDER,
      env: { PORT: '0', AMQP_URL, ROLE },
    });
  const web = startAs('web');
  const url = await urlOf(web);
  const first = startAs('worker');
  await first.whenText('worker consuming');
  const handled = await requestBuild(url);
  await first.whenText(handled);

  first.kill('SIGTERM');
  await first.exit;
  const waiting = await requestBuild(url);
  const second = startAs('worker');
  await second.whenText(waiting);
  expect(web.output).not.toContain('worker built');
});
