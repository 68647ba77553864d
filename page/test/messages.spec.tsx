import { render } from 'preact';
import { expect, it, vi } from 'vitest';
import type { MessageDetail } from '../../lib/page/protocol.js';
import { Page, PageContext } from '../src/page.js';
import { EMPTY_STREAM, paused, received } from '../src/state/stream.js';
import { AppIcon } from '../src/parts/app-icon.js';
import { Detail } from '../src/views/messages/detail.js';
import { EmptyStream } from '../src/views/messages/empty-stream.js';
import { FilterBar } from '../src/views/messages/filter-bar.js';
import { MessageList } from '../src/views/messages/message-list.js';
import { MessagesView } from '../src/views/messages/messages-view.js';
import { StreamBar } from '../src/views/messages/stream-bar.js';
import { windowOf } from '../src/views/messages/window-of.js';
import { record, records } from './records.js';
import { bus, button, consumer, rendered, settled, textOf } from './rendered.js';

const DETAIL: MessageDetail = {
  record: record(7),
  headers: { priority: 0 },
  body: { update: { alias: 7 } },
  isRedacted: false,
  text: 'bob commented on update 7\n\nLooks good.',
  priority: 0,
  properties: {},
  failures: [],
};

/** The view of three messages, and how to open one or none of them. */
function shownMessages(): { root: HTMLElement; show: (selected?: number) => void } {
  const page = new Page();
  const state = { ...page.store.state, bus: bus(), stream: received(EMPTY_STREAM, records(1, 3)) };
  const root = rendered(null, page);
  const show = (selected?: number): void =>
    render(
      <PageContext.Provider value={page}>
        <MessagesView state={{ ...state, place: { view: 'messages', ...(selected && { selected }) } }} />
      </PageContext.Provider>,
      root,
    );
  return { root, show };
}

it('messages are listed newest first, each with its sentence, source, outcome, duration and time', () => {
  const messages = [
    record(1),
    record(2, {
      app: { name: 'bodhi' },
      agent: 'bob',
      severity: 'warning',
      outcome: 'failed',
      milliseconds: 12,
    }),
  ];
  const root = rendered(<MessageList stream={received(EMPTY_STREAM, messages)} />);
  const [first, second] = root.querySelectorAll('li');
  expect(textOf(first)).toMatch(
    /^B\s?bob commented on update 2\s?failed\s?warning\s?bodhi\s?org\.fedoraproject\.prod\.bodhi\.update\.comment\s?by bob\s?12 ms\s?\S/,
  );
  expect(first!.querySelector('time')!.title).toBe('2026-01-05T09:01:02.345Z');
  expect(first!.querySelector('time')!.getAttribute('datetime')).toBe('2026-01-05T09:01:02.345Z');
  expect(first!.querySelector('a')!.getAttribute('href')).toBe('#messages/2');
  expect(textOf(second)).toContain('bob commented on update 1');
});

it('a list that was scrolled down goes on when the visitor leaves the view of the messages', () => {
  const page = new Page();
  page.store.update({ stream: received(EMPTY_STREAM, records(1, 100)) });
  const root = rendered(<MessageList stream={page.store.state.stream} />, page);
  const scroller = root.querySelector('.scroller')!;
  scroller.scrollTop = 500;
  scroller.dispatchEvent(new Event('scroll'));
  expect(page.store.state.stream.pause).toBe('reading');
  render(null, root);
  expect(page.store.state.stream.pause).toBeUndefined();
});

it('a list stands still while the keyboard is on one of its rows, so that the row stays', () => {
  const page = new Page();
  page.store.update({ stream: received(EMPTY_STREAM, records(1, 3)) });
  const root = rendered(<MessageList stream={page.store.state.stream} />, page);
  const [first, second] = root.querySelectorAll<HTMLElement>('a.row');
  first!.focus();
  expect(page.store.state.stream.pause).toBe('reading');
  page.store.update({ stream: received(page.store.state.stream, records(4, 4)) });
  second!.focus();
  expect(page.store.state.stream.waiting).toHaveLength(1);
  second!.blur();
  expect(page.store.state.stream.pause).toBeUndefined();
});

it('the focus goes to the heading of a message that is opened, and back to its row when it is closed', () => {
  const { show, root } = shownMessages();
  show();
  show(2);
  expect(document.activeElement).toBe(root.querySelector('.detail h2'));
  show(1);
  expect(document.activeElement).toBe(root.querySelector('.detail h2'));
  show();
  expect(document.activeElement).toBe(root.querySelector('a[href="#messages/1"]'));
  show(77);
  show();
  expect(document.activeElement).toBe(root.querySelector('.scroller'));
});

it('a message that is closed leaves the focus where the visitor has put it', () => {
  const { show, root } = shownMessages();
  show(2);
  const search = root.querySelector<HTMLElement>('input')!;
  search.focus();
  show();
  expect(document.activeElement).toBe(search);
});

it('the selected message is marked in the list', () => {
  const root = rendered(<MessageList stream={received(EMPTY_STREAM, records(1, 3))} selected={2} />);
  const current = [...root.querySelectorAll('[aria-current="true"]')];
  expect(current.map((row) => row.getAttribute('href'))).toEqual(['#messages/2']);
});

it('an icon that is missing is not asked for again, unless 200 others were missing since', async () => {
  const urls = Array.from({ length: 201 }, (_, n) => `https://icons.example/missing-${n}.png`);
  const iconsOf = (): HTMLElement => rendered(urls.map((icon) => <AppIcon key={icon} app={{ icon }} />));
  for (const image of iconsOf().querySelectorAll('img')) image.dispatchEvent(new Event('error'));
  await settled();
  const asked = [...iconsOf().querySelectorAll('img')].map(({ src }) => src);
  expect(asked).toEqual([urls[0]]);
});

it('the rows in the document are those that are seen and a few more, whatever the length of the list', () => {
  vi.stubGlobal('innerHeight', 800);
  const root = rendered(<MessageList stream={received(EMPTY_STREAM, records(1, 1_000))} />);
  expect(root.querySelectorAll('li').length).toBeLessThan(40);
  expect(windowOf(0, 500, 50, 1_000)).toEqual({ first: 0, end: 16 });
  expect(windowOf(25_000, 500, 50, 1_000)).toEqual({ first: 494, end: 516 });
  expect(windowOf(99_999, 500, 50, 10)).toEqual({ first: 4, end: 10 });
  expect(windowOf(0, 500, 50, 0)).toEqual({ first: 0, end: 0 });
});

it('a paused list says how many messages wait, and goes on with a click', () => {
  const page = new Page();
  const toggle = vi.spyOn(page, 'togglePause').mockReturnValue();
  const stream = received(paused(received(EMPTY_STREAM, records(1, 2)), 'by-hand'), records(3, 1_002), 20);
  const root = rendered(<StreamBar stream={stream} />, page);
  expect(textOf(root)).toBe('Go on1,000 waiting2 messages20 left out');
  root.querySelector('button')!.click();
  expect(toggle).toHaveBeenCalledOnce();
});

it('a list that leaves nothing out says nothing of it', () => {
  expect(textOf(rendered(<StreamBar stream={received(EMPTY_STREAM, records(1, 2))} />))).toBe(
    'Pause2 messages',
  );
});

it('the filters have a name each, and the values of the address', () => {
  const filters = { topic: 'org.#', outcome: 'failed', severity: 'loud', user: 'bob' };
  const root = rendered(<FilterBar filters={filters} consumers={[consumer()]} />);
  const labels = [...root.querySelectorAll('label')];
  expect(labels.map((label) => textOf(label.querySelector('span')))).toEqual([
    'Text in topic, schema, summary, names, ID or error',
    'Topic',
    'Outcome',
    'Severity',
    'Schema',
    'User',
    'Package',
    'Consumer',
  ]);
  const values = labels.map((label) => label.querySelector<HTMLInputElement>('input, select')!.value);
  expect(values).toEqual(['', 'org.#', 'failed', 'loud', '', 'bob', '', '']);
  expect(button(root, 'Clear')).toBeDefined();
});

it('an empty list without consumers says how to get one', () => {
  const text = textOf(rendered(<EmptyStream bus={bus()} filters={{}} waiting={0} />));
  expect(text).toContain('@Consumer()');
  expect(text).toContain('fedora-messaging watch');
});

it('an empty list that is paused says how many messages wait, and how to see them', () => {
  const page = new Page();
  const stream = received(paused(EMPTY_STREAM, 'by-hand'), records(1, 3));
  const state = { ...page.store.state, bus: bus({ consumers: [consumer()] }), stream };
  const root = rendered(<MessagesView state={{ ...state, place: { view: 'messages' } }} />, page);
  expect(textOf(root.querySelector('.empty'))).toBe('3 messages waitThe list is paused. “Go on” shows them.');
});

it('an empty list with consumers names their queues, and says how to publish', () => {
  const consumers = [consumer(), consumer({ queue: 'archive', state: 'waiting' })];
  const text = textOf(rendered(<EmptyStream bus={bus({ consumers })} filters={{}} waiting={0} />));
  expect(text).toContain('notifier (consuming), archive (waiting)');
  expect(text).toContain('fedora-messaging publish FILE');
});

it('an empty list with filters offers to clear them', () => {
  const page = new Page();
  const clear = vi.spyOn(page, 'clearFilters').mockReturnValue();
  const root = rendered(<EmptyStream bus={bus()} filters={{ user: 'bob' }} waiting={0} />, page);
  button(root, 'Clear the filters')!.click();
  expect(clear).toHaveBeenCalledOnce();
});

it('the detail of a message has its text, body and headers', () => {
  const text = textOf(rendered(<Detail record={record(7)} answer={{ value: DETAIL }} />));
  expect(text).toContain('Looks good.');
  expect(text).toContain('alias: 7');
  expect(text).toContain('priority: 0');
});

it('the detail lists the failures of a message, and marks their paths', () => {
  const failures = [{ path: '/body/update/alias', message: 'must be a string' }];
  const root = rendered(<Detail record={record(7)} answer={{ value: { ...DETAIL, failures } }} />);
  expect(textOf(root.querySelector('.failures'))).toContain('/body/update/alias must be a string');
  expect(textOf(root.querySelector('[data-pointer="/body/update/alias"]'))).toContain('must be a string');
});

it('links of a message are its URL and Datagrepper, and nothing else than http and https', () => {
  const links = (url: string): (string | null)[] =>
    [...rendered(<Detail record={record(7, { url })} answer="loading" />).querySelectorAll('a')].map((link) =>
      link.getAttribute('href'),
    );
  const datagrepper = expect.stringMatching(/^https:\/\/apps\.fedoraproject\.org\/datagrepper\/.*id=id-7/);
  expect(links('https://example.com/')).toEqual(['https://example.com/', datagrepper]);
  expect(links('javascript:alert(1)')).toEqual([datagrepper]);
});

it('a message that has left the buffer is shown as the list knows it, with the reason', () => {
  const answer = { error: 'The message is no longer kept.' };
  const text = textOf(rendered(<Detail record={record(7)} answer={answer} />));
  expect(text).toContain('bob commented on update 7');
  expect(text).toContain('The message is no longer kept.');
});

it('a failed message is handed again by visitors who may act only', () => {
  const page = new Page();
  const act = vi.spyOn(page, 'act').mockResolvedValue();
  const shown = (outcome: 'failed' | 'processed', actions: boolean): HTMLButtonElement | undefined => {
    const detail = (
      <Detail record={record(7, { outcome })} answer={{ value: DETAIL }} visitor={{ actions }} />
    );
    return button(rendered(detail, page), 'Hand to the handler again');
  };
  expect(shown('failed', false)).toBeUndefined();
  expect(shown('processed', true)).toBeUndefined();
  shown('failed', true)!.click();
  expect(act).toHaveBeenCalledWith('handle', { seq: 7 });
});

it('the button that hands a message again is disabled until the server answers', async () => {
  const page = new Page();
  let answer!: () => void;
  const act = vi.spyOn(page, 'act').mockReturnValue(new Promise((resolve) => (answer = resolve)));
  const detail = (
    <Detail
      record={record(7, { outcome: 'failed' })}
      answer={{ value: DETAIL }}
      visitor={{ actions: true }}
    />
  );
  const again = button(rendered(detail, page), 'Hand to the handler again')!;
  again.click();
  await settled();
  expect(again.disabled).toBe(true);
  again.click();
  expect(act).toHaveBeenCalledOnce();
  answer();
  await settled();
  expect(again.disabled).toBe(false);
});

it('parts that the application hides are said to be hidden', () => {
  const { body: _, headers: __, ...rest } = DETAIL;
  const text = textOf(
    rendered(<Detail record={record(7)} answer={{ value: { ...rest, isRedacted: true } }} />),
  );
  expect(text).toContain('The application hides parts of this message.');
  expect(text).toContain("Hidden; the application's log may say why.");
});

it('a message is copied as a JSON line, a curl command and a test case', () => {
  const page = new Page();
  const copy = vi.spyOn(page, 'copy').mockResolvedValue();
  const root = rendered(<Detail record={record(7)} answer={{ value: DETAIL }} />, page);
  for (const what of ['JSON line', 'curl', 'test case']) button(root, `Copy as ${what}`)!.click();
  expect(copy.mock.calls).toEqual([
    [expect.stringMatching(/^\{"body":/), 'JSON line'],
    [expect.stringMatching(/^curl /), 'curl'],
    [expect.stringContaining('broker.deliver('), 'test case'],
  ]);
});
