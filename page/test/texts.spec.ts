import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import type { MessageDetail } from '../../lib/page/protocol.js';
import { asCurl, asTestCase } from '../src/text/copies.js';
import { child, nearestPointer } from '../src/text/json-pointer.js';
import { datagrepperUrl, webUrl } from '../src/text/links.js';
import { compact, counted, duration, measured, rate, size } from '../src/text/numbers.js';
import { iso } from '../src/text/times.js';
import { record } from './records.js';

const BODY = { update: { alias: 'FEDORA-2026-1', notes: "it's\n`${new}`" } };
const DETAIL: MessageDetail = {
  record: record(7),
  headers: { fedora_messaging_schema: 'bodhi.update.comment.v1', fedora_messaging_severity: 20 },
  body: BODY,
  isRedacted: false,
  text: '',
  priority: 3,
  properties: {},
  failures: [],
};

it.each([
  ['javascript:alert(1)', undefined],
  ['data:text/html,x', undefined],
  ['/relative', undefined],
  [7, undefined],
  ['https://example.com/a', 'https://example.com/a'],
  ['http://example.com', 'http://example.com/'],
])('of the URL %o of a message, the link is %o', (text, url) => {
  expect(webUrl(text)).toBe(url);
});

it('a copied curl command asks Datagrepper for the message, whatever characters its id has', () => {
  const id = `a'; echo "$(id)" #&b`;
  const command = asCurl({ ...DETAIL, record: record(7, { id }) })!;
  const [, ...words] = execFileSync('sh', ['-c', `printf '%s\\n' ${command}`], { encoding: 'utf8' })
    .trim()
    .split('\n');
  expect(words).toHaveLength(4);
  expect(new URL(words.at(-1)!).searchParams.get('id')).toBe(id);
  expect(new URL(datagrepperUrl('7')).origin).toBe('https://apps.fedoraproject.org');
});

it('a message without an id has no curl command', () => {
  const { id: _, ...others } = record(7);
  expect(asCurl({ ...DETAIL, record: others })).toBeUndefined();
});

/** Runs a copied test case with a broker and a framework that only note what it asks for. */
async function ranTestCase(text: string): Promise<{ title: string; delivered: unknown; expected: unknown }> {
  const ran = { title: '', delivered: undefined as unknown, expected: undefined as unknown };
  let test: () => Promise<void> = () => Promise.reject(new Error('no test'));
  const declare = (title: string, body: () => Promise<void>): void => {
    ran.title = title;
    test = body;
  };
  const broker = {
    deliver: (message: unknown): Promise<string> => {
      ran.delivered = message;
      return Promise.resolve('');
    },
  };
  const expectOutcome = () => ({ toBe: (expected: unknown) => (ran.expected = expected) });
  // eslint-disable-next-line typescript/no-implied-eval -- the copied text is code.
  new Function('it', 'broker', 'expect', text)(declare, broker, expectOutcome);
  await test();
  return ran;
}

it.each([
  ['processed', 'ack'],
  ['dropped', 'reject'],
  ['rejected', 'requeue'],
  ['invalid', 'reject'],
  ['failed', 'ack'],
] as const)(
  'a copied test case of a message that was %s delivers it, and expects %s',
  async (outcome, expected) => {
    const error = 'Error: first line\n); process.exit(1)';
    const text = asTestCase({ ...DETAIL, record: record(7, { outcome, error, topic: "it's" }) });
    await expect(ranTestCase(text)).resolves.toEqual({
      title: "handles a message with the topic it's",
      delivered: { topic: "it's", id: 'id-7', headers: DETAIL.headers, body: BODY },
      expected,
    });
  },
);

it('a copied test case keeps a member whose name JavaScript treats specially', async () => {
  const body = JSON.parse('{"__proto__": {"polluted": 1}, "text": "it\'s\u2028\\n"}') as object;
  const { delivered } = await ranTestCase(asTestCase({ ...DETAIL, body }));
  expect(JSON.stringify(delivered)).toBe(
    JSON.stringify({ topic: DETAIL.record.topic, id: 'id-7', headers: DETAIL.headers, body }),
  );
});

it('durations, rates and sizes are short, and have a unit', () => {
  expect([0, 0.04, 3.21, 12.4, 999, 3_240, 60_000].map(duration)).toEqual([
    '0 ms',
    '0.1 ms',
    '3.2 ms',
    '12 ms',
    '999 ms',
    '3.2 s',
    '1 min',
  ]);
  expect(measured(0)).toBe('–');
  expect([0, 0.02, 0.44, 12.4].map(rate)).toEqual(['0', '<0.1', '0.4', '12']);
  expect([900, 12_345, 3_100_000].map(size)).toEqual(['900 B', '12.3 kB', '3.1 MB']);
  expect(compact(48_211)).toBe('48.2K');
  expect([counted(1, 'message'), counted(2_000, 'message')]).toEqual(['1 message', '2,000 messages']);
});

it('the exact time is in UTC, with milliseconds', () => {
  expect(iso(Date.UTC(2026, 0, 5, 9, 1, 2, 345))).toBe('2026-01-05T09:01:02.345Z');
});

it('a failure is shown where its path leads, or at the nearest value above it', () => {
  const message = { body: { 'a/b': [{ c: 1 }] } };
  expect(nearestPointer(message, '/body/a~1b/0/c')).toBe('/body/a~1b/0/c');
  expect(nearestPointer(message, '/body/a~1b/0/missing/x')).toBe('/body/a~1b/0');
  expect(nearestPointer(message, '')).toBe('');
  expect(child('/body', 'a/b~')).toBe('/body/a~1b~0');
});
