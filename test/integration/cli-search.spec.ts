import { describe, expect, it } from 'vitest';
import { CommandProject } from '../support/command-project.js';
import { FakeDatagrepper, FAULTS, idOf, messagesOfNewYear, NEW_YEAR } from '../support/fake-datagrepper.js';
import { RawClient, unique } from '../support/shared-rabbitmq.js';

const OK = { code: 0, signal: null };
const YEAR = ['--since', '2026-01-01T00:00Z', '--until', '2026-12-31T00:00Z'];

/** The arguments of a search in an archive of the test's own. */
function searchIn({ url }: FakeDatagrepper, ...args: string[]): string[] {
  return ['search', '--datagrepper-url', url, '--interval', '0', ...args];
}

function project(): CommandProject {
  const made = new CommandProject();
  made.configure({ url: 'amqp://127.0.0.1:1' });
  return made;
}

describe('the command search', () => {
  it('prints the messages of all pages like consume, oldest first, without a broker and without progress in a file', async () => {
    const archive = await FakeDatagrepper.start(messagesOfNewYear(150));
    const command = project().call(searchIn(archive, ...YEAR));
    expect([await command.exit, command.errors]).toEqual([OK, '']);
    expect(command.lines).toHaveLength(150);
    expect(command.lines[0]).toMatch(
      /^202\d-\d\d-\d\d \d\d:\d\d:\d\d {2}INFO {5}org\.fedoraproject\.prod\.bodhi\.update\.edit/,
    );
  });

  it('prints JSON lines that publish publishes', async () => {
    const raw = await RawClient.open();
    const topic = unique('org.fedoraproject.prod.searched');
    const queue = await raw.queue('amq.topic', topic);
    const archive = await FakeDatagrepper.start(messagesOfNewYear(2, { topic }));
    const search = project().call(searchIn(archive, ...YEAR, '--format', 'json'));
    expect(await search.exit).toEqual(OK);
    const publishing = new CommandProject();
    publishing.configure();
    const publish = publishing.call(['publish', '-'], { input: search.output });
    expect([await publish.exit, publish.errors]).toEqual([OK, expect.any(String)]);
    const first = await raw.next(queue);
    expect([first.properties.messageId, first.content.toString()]).toEqual([
      idOf(0),
      '{\n  "index": 0\n }'.replace(/[\n]/g, ' '),
    ]);
  });

  it('passes on its conditions, and accepts relative times', async () => {
    const archive = await FakeDatagrepper.start([]);
    const before = Date.now() / 1000;
    const conditions =
      '--topic a.b --topic c.d --category bodhi --user kevin --package bash --text f43 --since 2h --until 30m';
    const not = '--not-topic e --not-category koji --not-user releng --not-package vim';
    const command = project().call(searchIn(archive, ...`${conditions} ${not}`.split(' ')));
    expect([await command.exit, command.errors]).toEqual([OK, '']);
    const { parameters } = archive.requests[0]!;
    const passed = [...parameters].filter(([name]) => !/start|end|order|page$/.test(name));
    expect(passed.map((parameter) => parameter.join('=')).join(' ')).toBe(
      'topic=a.b topic=c.d not_topic=e category=bodhi not_category=koji user=kevin not_user=releng package=bash not_package=vim contains=f43',
    );
    const [start, end] = [Number(parameters.get('start')), Number(parameters.get('end'))];
    expect(Math.abs(end - start - 5400)).toBeLessThan(1);
    expect(end).toBeGreaterThanOrEqual(before - 1800);
    expect(end).toBeLessThanOrEqual(Date.now() / 1000 - 1800);
  });

  it.each([
    ['local time without an offset', '2026-01-01 03:04:05', 'Asia/Kolkata', NEW_YEAR + 11_045 - 19_800],
    ['the beginning of a local day', '2026-01-01', 'Asia/Kolkata', NEW_YEAR - 5.5 * 3600],
    ['an offset', '2026-01-01T02:00:00.000001+02:00', 'Asia/Kolkata', NEW_YEAR + 0.000001],
  ])('accepts a time: %s', async (_, since, timeZone, seconds) => {
    const archive = await FakeDatagrepper.start([]);
    const command = project().call(searchIn(archive, '--since', since), { env: { TZ: timeZone } });
    expect(await command.exit).toEqual(OK);
    expect(Number(archive.requests[0]!.parameters.get('start'))).toBe(seconds);
  });

  it('begins with the newest with --order desc, and ends at its limit', async () => {
    const archive = await FakeDatagrepper.start(messagesOfNewYear(150));
    const args = [...YEAR, '--order', 'desc', '--limit', '2', '--format', 'json'];
    const command = project().call(searchIn(archive, ...args));
    expect(await command.exit).toEqual(OK);
    expect(command.lines.map((line) => (JSON.parse(line) as { id: string }).id)).toEqual(
      [149, 148].map(idOf),
    );
  });

  it('prints only messages of the given schemas', async () => {
    const archive = await FakeDatagrepper.start([
      ...messagesOfNewYear(2, { schema: 'x' }),
      { id: idOf(7), topic: 'of.y', time: NEW_YEAR + 7, schema: 'y' },
    ]);
    for (const args of [
      ['--schema', 'y'],
      ['--not-schema', 'x'],
    ]) {
      const command = project().call(searchIn(archive, ...YEAR, ...args));
      expect([await command.exit, command.lines]).toEqual([OK, [expect.stringContaining('of.y')]]);
    }
  });

  it('tries failed requests again, and logs that', async () => {
    const archive = await FakeDatagrepper.start(messagesOfNewYear(1));
    archive.faults.push(FAULTS.status(503));
    const command = project().call(searchIn(archive, ...YEAR));
    expect([await command.exit, command.lines.length]).toEqual([OK, 1]);
    expect(command.errors).toMatch(/answered 503.*trying again in .* \(attempt 2 of 5\)/);
  });

  it.each([
    [
      'with 1 when Datagrepper fails at all attempts',
      ['--attempts', '1'],
      1,
      /answered 500.*statement timeout/,
    ],
    ['with 2 when Datagrepper refuses it', ['--text', 'kernel'], 2, /When using contains, specify either/],
    ['with 2 for a time that is none', ['--since', 'monday'], 2, /--since.*must be a time such as 2h/],
    ['with 2 for a pattern', ['--topic', 'org.#'], 2, /knows no \* and #/],
  ])('ends %s', async (_, args, code, reason) => {
    const archive = await FakeDatagrepper.start([]);
    if (code === 1) archive.faults.push(FAULTS.database);
    const command = project().call(searchIn(archive, ...args));
    expect([(await command.exit).code, command.errors]).toEqual([code, expect.stringMatching(reason)]);
  });

  it('ends with the code of a signal', async () => {
    const archive = await FakeDatagrepper.start(messagesOfNewYear(150));
    archive.faults.push((_, usual) => usual(), FAULTS.silence);
    const command = project().run(searchIn(archive, ...YEAR));
    await command.whenLines(100);
    command.kill('SIGINT');
    expect(await command.exit).toEqual({ code: 130, signal: null });
  });
});
