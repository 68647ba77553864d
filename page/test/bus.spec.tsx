import { expect, it, vi } from 'vitest';
import type { ConnectionEvent } from '../../lib/page/protocol.js';
import { Page } from '../src/page.js';
import { BusView } from '../src/views/bus/bus-view.js';
import { spansOf } from '../src/views/bus/spans.js';
import { ReferenceView } from '../src/views/reference/reference-view.js';
import { bus, button, consumer, rendered, settled, textOf } from './rendered.js';

const lastError = { at: 0, text: 'Error: no mail', stack: 'Error: no mail\n    at send', messageId: 'id-1' };

it('a consumer is shown with its queue, state, limits, outcomes, durations and last error', () => {
  const root = rendered(<BusView bus={bus({ consumers: [consumer({ lastError })] })} />);
  const card = root.querySelector('[aria-label="Consumer Notifier"]')!;
  expect(textOf(card)).toContain('Notifierconsumingqueue notifier');
  const figures = [...card.querySelectorAll('.figure')].map(
    (figure) => `${textOf(figure.querySelector('dt'))} ${textOf(figure.querySelector('dd'))}`,
  );
  expect(figures).toEqual([
    'processed 12.3K',
    'dropped 2',
    'rejected 3',
    'failed 4',
    'invalid 5',
    'in hand 3',
    'prefetch 25',
    'concurrency 4',
    'retries waiting 6',
    'p50 3.2 ms',
    'p95 180 ms',
    'p99 1.2 s',
  ]);
  expect(textOf(card.querySelector('.last-error'))).toMatch(
    /Last error .*message id-1\s?Error: no mail\s?Stack/,
  );
});

it('publishing is shown with what is in flight and waits, what failed by reason, and the latency', () => {
  const publishing = [
    {
      bus: 'default',
      inFlight: 1,
      waiting: 2,
      confirmed: 300,
      failed: { timeout: 4, returned: 0 },
      latency: { p50: 2, p95: 8, p99: 41 },
    },
  ];
  const text = textOf(rendered(<BusView bus={bus({ publishing })} />));
  expect(text).toContain('confirmed300failed: timeout4');
  expect(text).not.toContain('returned');
  expect(text).toContain('in flight1waiting2');
  expect(text).toContain('p502 msp958 msp9941 ms');
});

it('the percentiles of durations say what was measured', () => {
  const publishing = [
    {
      bus: 'default',
      inFlight: 0,
      waiting: 0,
      confirmed: 0,
      failed: {},
      latency: { p50: 2, p95: 8, p99: 41 },
    },
  ];
  const root = rendered(<BusView bus={bus({ consumers: [consumer()], publishing })} />);
  const titles = [...root.querySelectorAll<HTMLElement>('.figure')].map(({ title }) => title);
  expect(titles.filter((title) => title.includes('quicker'))).toEqual([
    'Half of the handlers were quicker.',
    '95 % of the handlers were quicker.',
    '99 % of the handlers were quicker.',
    'Half of the publishes were quicker.',
    '95 % of the publishes were quicker.',
    '99 % of the publishes were quicker.',
  ]);
});

const EVENTS: readonly ConnectionEvent[] = [
  { at: 100, connection: 'consuming', type: 'connected' },
  { at: 300, connection: 'consuming', type: 'disconnected', reason: 'ECONNRESET' },
  { at: 400, connection: 'consuming', type: 'connected' },
  { at: 700, connection: 'consuming', type: 'blocked' },
];

it('the events of a connection are stretches of time in one state each', () => {
  expect(spansOf(EVENTS, 0, 1_000)).toEqual([
    { state: 'unknown', from: 0, to: 100 },
    { state: 'up', from: 100, to: 300 },
    { state: 'down', from: 300, to: 400 },
    { state: 'up', from: 400, to: 700 },
    { state: 'blocked', from: 700, to: 1_000 },
  ]);
  expect(spansOf([], 0, 10)).toEqual([{ state: 'unknown', from: 0, to: 10 }]);
});

it('a connection is shown with its state, its time line, and its events with their reasons', () => {
  const connections = [
    {
      bus: 'default',
      publishing: { state: 'up' as const, blocked: 'low on memory' },
      consuming: { state: 'up' as const },
      timeline: EVENTS,
    },
  ];
  const root = rendered(<BusView bus={bus({ connections, startedAt: 0, now: 1_000 })} />);
  expect(textOf(root)).toContain('publishing blocked low on memory');
  expect(root.querySelectorAll('.timeline-bar')[0]!.getAttribute('aria-label')).toContain('lost 1 time');
  expect(root.querySelectorAll('.timeline-bar')[0]!.children).toHaveLength(5);
  expect(textOf(root.querySelector('.events'))).toMatch(/^.*blocked.*disconnected: ECONNRESET.*connected$/);
});

it('a consumer is paused and resumed by visitors who may act only', () => {
  const page = new Page();
  const act = vi.spyOn(page, 'act').mockResolvedValue();
  const view = (actions: boolean): HTMLElement =>
    rendered(
      <BusView
        bus={bus({
          consumers: [consumer(), consumer({ name: 'Archiver', state: 'paused' })],
          visitor: { actions },
        })}
      />,
      page,
    );
  expect(view(false).querySelectorAll('button')).toHaveLength(0);
  const root = view(true);
  button(root, 'Pause the consumer Notifier')!.click();
  button(root, 'Resume the consumer Archiver')!.click();
  expect(act.mock.calls).toEqual([
    ['pause', { bus: 'default', consumer: 'Notifier', queue: 'notifier' }],
    ['resume', { bus: 'default', consumer: 'Archiver', queue: 'notifier' }],
  ]);
});

const REFERENCE = {
  value: {
    classes: [
      {
        name: 'UpdateCommented',
        schema: 'bodhi.update.comment.v1',
        topic: 'bodhi.update.comment',
        severity: 'info' as const,
        isDeprecated: false,
        bodySchema: { type: 'object' },
        example: { agent: 'bob' },
      },
    ],
    asyncapi: { asyncapi: '3.0.0' },
  },
};

it('a button of an action is disabled until the server answers, so that a double click acts once', async () => {
  const page = new Page();
  let answer!: () => void;
  const act = vi.spyOn(page, 'act').mockImplementation(() => new Promise((resolve) => (answer = resolve)));
  const visitor = { actions: true };
  const root = rendered(
    <>
      <BusView bus={bus({ consumers: [consumer()], visitor })} />
      <ReferenceView reference={REFERENCE} bus={bus({ visitor })} />
    </>,
    page,
  );
  for (const name of ['Pause the consumer Notifier', 'Publish the example']) {
    const pressed = button(root, name)!;
    act.mockClear();
    pressed.click();
    await settled();
    expect(pressed.disabled).toBe(true);
    pressed.click();
    expect(act).toHaveBeenCalledOnce();
    answer();
    await settled();
    expect(pressed.disabled).toBe(false);
  }
});

it('the reference has the message classes with topic, schema and example, and the AsyncAPI document', () => {
  const root = rendered(<ReferenceView reference={REFERENCE} bus={bus()} />);
  const text = textOf(root);
  expect(text).toContain('UpdateCommented');
  expect(text).toContain('bodhi.update.comment.v1');
  expect([...root.querySelectorAll('summary')].map(textOf)).toEqual(
    expect.arrayContaining(['Example', 'Schema of the body']),
  );
  expect(text).toContain('asyncapi: "3.0.0"');
});

it('the reason why there is no AsyncAPI document is shown', () => {
  const reference = { value: { classes: [], asyncapiError: 'Two classes have the name A.' } };
  expect(textOf(rendered(<ReferenceView reference={reference} />))).toContain('Two classes have the name A.');
});

it('an example is published by visitors who may act only, on the bus that they choose', () => {
  const page = new Page();
  const act = vi.spyOn(page, 'act').mockResolvedValue();
  const view = (actions: boolean): HTMLElement =>
    rendered(
      <ReferenceView
        reference={REFERENCE}
        bus={bus({ buses: ['default', 'other'], visitor: { actions } })}
      />,
      page,
    );
  expect(button(view(false), 'Publish the example on other')).toBeUndefined();
  button(view(true), 'Publish the example on other')!.click();
  expect(act).toHaveBeenCalledWith('publish', { bus: 'other', schema: 'bodhi.update.comment.v1' });
});
