import { expect, it, vi } from 'vitest';
import { onKey } from '../src/keyboard.js';
import { Page } from '../src/page.js';
import { FakeEventSource, fakeServer } from './fake-server.js';
import { records } from './records.js';
import { settled } from './rendered.js';

const asked = fakeServer({
  'api/messages/2': { record: { seq: 2 }, failures: [] },
  'api/reference': { classes: [] },
  'api/actions/pause': { text: 'The consumer Notifier is paused.' },
});

function startedPage(address = ''): Page {
  history.replaceState(null, '', `/bus/${address}`);
  const page = new Page();
  page.start();
  return page;
}

function press(page: Page, key: string, target: Element = document.body): boolean {
  const event = new KeyboardEvent('keydown', { key, cancelable: true });
  Object.defineProperty(event, 'target', { value: target });
  onKey(page, event);
  return event.defaultPrevented;
}

const seqs = (page: Page): number[] => page.store.state.stream.shown.map(({ seq }) => seq);

it('the page opens a stream with the filters of its address, relative to where it is mounted', () => {
  startedPage('?topic=org.%23&user=bob#messages');
  expect(FakeEventSource.opened.map(({ url }) => url)).toEqual(['api/events?topic=org.%23&user=bob']);
});

it('a filter changes the address at once, and opens a stream in place of the old one', () => {
  const page = startedPage('#messages');
  const [old] = FakeEventSource.opened;
  page.setFilter('text', 'ker');
  page.setFilter('text', 'kernel');
  expect(location.search + location.hash).toBe('?text=kernel#messages');
  vi.runAllTimers();
  expect(FakeEventSource.opened.map(({ url }) => url)).toEqual(['api/events', 'api/events?text=kernel']);
  expect(old!.readyState).toBe(FakeEventSource.CLOSED);
});

it('a filter keeps the spaces that are typed, and opens no other stream for them', () => {
  const page = startedPage();
  page.setFilter('text', 'j');
  vi.runAllTimers();
  page.setFilter('text', 'j ');
  expect(page.store.state.filters).toEqual({ text: 'j ' });
  expect(location.search).toBe('?text=j');
  vi.runAllTimers();
  expect(FakeEventSource.opened).toHaveLength(2);
});

it('another address of the history brings its filters, and opens a stream with them', () => {
  const page = startedPage('?user=bob#bus');
  FakeEventSource.last.snapshot({ messages: records(1, 2) });
  history.replaceState(null, '', '/bus/?text=kernel#messages');
  page.onPlace();
  vi.runAllTimers();
  expect(page.store.state.filters).toEqual({ text: 'kernel' });
  expect(page.store.state.stream.isStale).toBe(true);
  expect(FakeEventSource.opened.map(({ url }) => url)).toEqual([
    'api/events?user=bob',
    'api/events?text=kernel',
  ]);
});

it('another view with the same filters keeps the stream, and the spaces that are typed', () => {
  const page = startedPage('?text=j');
  page.setFilter('text', 'j ');
  history.replaceState(null, '', '/bus/?text=j#bus');
  page.onPlace();
  vi.runAllTimers();
  expect(page.store.state.filters).toEqual({ text: 'j ' });
  expect(FakeEventSource.opened).toHaveLength(1);
});

it('clearing the filters clears the address', () => {
  const page = startedPage('?user=bob&text=x');
  page.clearFilters();
  vi.runAllTimers();
  expect(location.search).toBe('');
  expect(FakeEventSource.last.url).toBe('api/events');
});

it('the page says when the connection is lost, and is live again with the next snapshot', () => {
  const page = startedPage();
  FakeEventSource.last.snapshot();
  expect(page.store.state.link).toBe('live');
  FakeEventSource.last.fail(0);
  expect(page.store.state.link).toBe('lost');
  FakeEventSource.last.snapshot();
  expect(page.store.state.link).toBe('live');
});

it('a lost connection is live again when the server goes on with the missing changes', () => {
  const page = startedPage();
  FakeEventSource.last.snapshot();
  FakeEventSource.last.fail(0);
  FakeEventSource.last.changes({ messages: records(1, 1) });
  expect(page.store.state.link).toBe('live');
});

it('a refused stream is asked for again after a while', () => {
  const page = startedPage('?user=bob');
  FakeEventSource.last.fail(FakeEventSource.CLOSED);
  expect(page.store.state.link).toBe('refused');
  vi.runAllTimers();
  expect(FakeEventSource.opened.map(({ url }) => url)).toEqual([
    'api/events?user=bob',
    'api/events?user=bob',
  ]);
});

it('space pauses the list and lets it go on', () => {
  const page = startedPage();
  FakeEventSource.last.snapshot({ messages: records(1, 2) });
  expect(press(page, ' ')).toBe(true);
  FakeEventSource.last.changes({ messages: records(3, 4) });
  expect(seqs(page)).toEqual([1, 2]);
  press(page, ' ');
  expect(seqs(page)).toEqual([1, 2, 3, 4]);
});

it('j selects the newest message and then older ones, and k newer ones', () => {
  const page = startedPage();
  FakeEventSource.last.snapshot({ messages: records(1, 3) });
  const places = ['j', 'j', 'k', 'k'].map((key) => {
    press(page, key);
    return location.hash;
  });
  expect(places).toEqual(['#messages/3', '#messages/2', '#messages/3', '#messages/3']);
});

it('a selected message is fetched, and the list stands still until the message is closed', async () => {
  const page = startedPage();
  FakeEventSource.last.snapshot({ messages: records(1, 2) });
  press(page, 'j');
  expect(page.store.state.detail).toEqual({ seq: 2, answer: 'loading' });
  await settled();
  expect(page.store.state.detail).toMatchObject({ seq: 2, answer: { value: { record: { seq: 2 } } } });
  FakeEventSource.last.changes({ messages: records(3, 3) });
  expect(seqs(page)).toEqual([1, 2]);
  press(page, 'Escape');
  expect(page.store.state.place).toEqual({ view: 'messages' });
  expect(seqs(page)).toEqual([1, 2, 3]);
});

it('a selected message is fetched again when its outcome comes', async () => {
  startedPage('#messages/2');
  FakeEventSource.last.snapshot({ messages: records(1, 2) });
  await settled();
  FakeEventSource.last.changes({ outcomes: [{ seq: 1, outcome: 'processed', milliseconds: 1 }] });
  expect(asked.map(({ path }) => path)).toEqual(['api/messages/2']);
  FakeEventSource.last.changes({ outcomes: [{ seq: 2, outcome: 'failed', milliseconds: 1 }] });
  expect(asked.map(({ path }) => path)).toEqual(['api/messages/2', 'api/messages/2']);
});

it('a page that is opened at a message lists the messages of the snapshot, and k leads to the newer one', async () => {
  const page = startedPage('#messages/2');
  FakeEventSource.last.snapshot({ messages: records(1, 3) });
  await settled();
  expect(seqs(page)).toEqual([1, 2, 3]);
  expect(page.store.state.stream).toMatchObject({ waiting: [], pause: 'reading' });
  press(page, 'k');
  expect(location.hash).toBe('#messages/3');
});

it('a list that is paused before the first snapshot shows the snapshot', () => {
  const page = startedPage();
  page.togglePause();
  FakeEventSource.last.snapshot({ messages: records(1, 2) });
  FakeEventSource.last.changes({ messages: records(3, 3) });
  expect(seqs(page)).toEqual([1, 2]);
});

it.each([
  ['a snapshot', () => FakeEventSource.last.snapshot({ messages: records(1, 2) })],
  ['the missing changes', () => FakeEventSource.last.changes({ messages: records(3, 3) })],
])('an open message is fetched again when the lost connection comes back with %s', async (_, comeBack) => {
  startedPage('#messages/2');
  FakeEventSource.last.snapshot({ messages: records(1, 2) });
  await settled();
  FakeEventSource.last.fail(0);
  comeBack();
  await settled();
  expect(asked.map(({ path }) => path)).toEqual(['api/messages/2', 'api/messages/2']);
  FakeEventSource.last.changes({ messages: records(4, 4) });
  expect(asked).toHaveLength(2);
});

it('the reference is fetched again when the lost connection, during which it failed, comes back', async () => {
  let isUp = false;
  vi.stubGlobal('fetch', () =>
    isUp ? Promise.resolve(new Response(JSON.stringify({ classes: [] }))) : Promise.reject(new Error('down')),
  );
  const page = startedPage();
  FakeEventSource.last.snapshot();
  FakeEventSource.last.fail(0);
  history.replaceState(null, '', '#reference');
  page.onPlace();
  await settled();
  expect(page.store.state.reference).toEqual({ error: 'The server does not answer.' });
  isUp = true;
  FakeEventSource.last.changes({});
  await settled();
  expect(page.store.state.reference).toEqual({ value: { classes: [] } });
});

it('of two answers for a message, the page shows that to its last question, whichever comes last', async () => {
  const answers: ((outcome: string) => void)[] = [];
  vi.stubGlobal('fetch', () => {
    return new Promise((resolve) => {
      answers.push((outcome) => resolve(new Response(JSON.stringify({ record: { seq: 2, outcome } }))));
    });
  });
  const page = startedPage('#messages/2');
  FakeEventSource.last.snapshot({ messages: records(1, 2) });
  FakeEventSource.last.changes({ outcomes: [{ seq: 2, outcome: 'failed', milliseconds: 1 }] });
  answers[1]!('failed');
  await settled();
  answers[0]!('in-hand');
  await settled();
  expect(page.store.state.detail).toMatchObject({ answer: { value: { record: { outcome: 'failed' } } } });
});

it('a message that is no longer kept shows the sentence of the server', async () => {
  const page = startedPage('#messages/77');
  await settled();
  expect(page.store.state.detail).toEqual({ seq: 77, answer: { error: 'The message is no longer kept.' } });
});

it('a list that is scrolled down stands still until it is scrolled to its top', () => {
  const page = startedPage();
  FakeEventSource.last.snapshot({ messages: records(1, 2) });
  page.setInList(true);
  FakeEventSource.last.changes({ messages: records(3, 3) });
  expect(seqs(page)).toEqual([1, 2]);
  page.setInList(false);
  expect(seqs(page)).toEqual([1, 2, 3]);
});

it('a snapshot of a process that was started again closes the message, and shows its list from the top', async () => {
  const page = startedPage('#messages/2');
  FakeEventSource.last.snapshot({ messages: records(1, 2) });
  page.setInList(true);
  await settled();
  FakeEventSource.last.fail(0);
  FakeEventSource.last.snapshot({ startedAt: 99, messages: records(1, 3) });
  FakeEventSource.last.changes({ messages: records(4, 4) });
  expect(location.hash).toBe('#messages');
  expect(page.store.state.place).toEqual({ view: 'messages' });
  expect(page.store.state.detail).toBeUndefined();
  expect(seqs(page)).toEqual([1, 2, 3, 4]);
});

it('a snapshot of a process that was started again makes the page fetch the reference again', async () => {
  const page = startedPage('#reference');
  FakeEventSource.last.snapshot();
  await settled();
  FakeEventSource.last.snapshot({ startedAt: 99 });
  expect(page.store.state.reference).toBe('loading');
  expect(location.hash).toBe('#reference');
  await settled();
  expect(asked.map(({ path }) => path)).toEqual(['api/reference', 'api/reference']);
});

it('a snapshot of the same process leaves the message open', async () => {
  const page = startedPage('#messages/2');
  FakeEventSource.last.snapshot({ messages: records(1, 2) });
  await settled();
  FakeEventSource.last.fail(0);
  FakeEventSource.last.snapshot({ messages: records(1, 3) });
  expect(location.hash).toBe('#messages/2');
  expect(page.store.state.detail).toMatchObject({ seq: 2, answer: { value: {} } });
});

it('a change of the filters lets a list go on that stood still to be read, so that matches appear', () => {
  const page = startedPage('#messages/2');
  FakeEventSource.last.snapshot({ messages: records(1, 2) });
  page.setInList(true);
  page.setFilter('user', 'bob');
  vi.runAllTimers();
  FakeEventSource.last.snapshot({ messages: [] });
  FakeEventSource.last.changes({ messages: records(3, 3) });
  expect(seqs(page)).toEqual([3]);
  page.setInList(true);
  FakeEventSource.last.changes({ messages: records(4, 4) });
  expect(seqs(page)).toEqual([3]);
});

it('/ leads to the search, and letters typed there are no commands', () => {
  const page = startedPage();
  FakeEventSource.last.snapshot({ messages: records(1, 2) });
  const field = document.createElement('input');
  field.id = 'filter-text';
  document.body.append(field);
  press(page, '/');
  expect(document.activeElement).toBe(field);
  for (const key of ['j', ' ', '/']) expect(press(page, key, field)).toBe(false);
  expect(page.store.state.place.selected).toBeUndefined();
  expect(page.store.state.stream.pause).toBeUndefined();
  press(page, 'Escape', field);
  expect(document.activeElement).not.toBe(field);
  field.remove();
});

it('space on a button presses the button only', () => {
  const page = startedPage();
  expect(press(page, ' ', document.createElement('button'))).toBe(false);
  expect(page.store.state.stream.pause).toBeUndefined();
});

it('space scrolls a part that scrolls and has the focus', () => {
  const page = startedPage();
  const text = document.createElement('pre');
  text.role = 'region';
  text.tabIndex = 0;
  const link = text.appendChild(document.createElement('a'));
  for (const target of [text, link]) expect(press(page, ' ', target)).toBe(false);
  expect(page.store.state.stream.pause).toBeUndefined();
});

it('an action is sent with the token of the visitor, and its answer is shown', async () => {
  const page = startedPage();
  FakeEventSource.last.snapshot({ visitor: { actions: true, token: 'secret' } });
  const body = { bus: 'default', consumer: 'Notifier', queue: 'notifier' };
  await page.act('pause', body);
  expect(asked).toEqual([
    {
      path: 'api/actions/pause',
      request: {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-fedora-messaging-token': 'secret' },
        body: JSON.stringify(body),
      },
    },
  ]);
  expect(page.store.state.notice).toEqual({ text: 'The consumer Notifier is paused.', isError: false });
});

it('a refusal stays when the answer of another action came right before it; a notice of success goes by itself', async () => {
  const page = startedPage();
  const body = { bus: 'default', consumer: 'Notifier', queue: 'notifier' };
  // Both answers are awaited at the same time.
  await Promise.all([page.act('pause', body), page.act('handle', { seq: 1 })]);
  expect(page.store.state.notice).toEqual({ text: 'The message is no longer kept.', isError: true });
  vi.runAllTimers();
  expect(page.store.state.notice).toMatchObject({ isError: true });
  await page.act('pause', body);
  vi.runAllTimers();
  expect(page.store.state.notice).toBeUndefined();
});

it('a refused action shows the sentence of the server until it is dismissed', async () => {
  const page = startedPage();
  await page.act('handle', { seq: 1 });
  vi.runAllTimers();
  expect(page.store.state.notice).toEqual({ text: 'The message is no longer kept.', isError: true });
  page.dismissNotice();
  expect(page.store.state.notice).toBeUndefined();
});

it('the reference is fetched when it is first looked at, and then kept', async () => {
  const page = startedPage('#reference');
  await settled();
  expect(page.store.state.reference).toEqual({ value: { classes: [] } });
  page.onPlace();
  await settled();
  expect(asked.map(({ path }) => path)).toEqual(['api/reference']);
});
