import { afterEach, beforeEach, vi } from 'vitest';
import type { Changes, Snapshot } from '../../lib/page/protocol.js';
import { SNAPSHOT } from './rendered.js';

/** An event stream without a server. */
export class FakeEventSource extends EventTarget {
  static readonly CLOSED = 2;
  static readonly opened: FakeEventSource[] = [];
  readyState = 1;

  constructor(readonly url: string) {
    super();
    FakeEventSource.opened.push(this);
  }

  static get last(): FakeEventSource {
    return this.opened.at(-1)!;
  }

  snapshot(more: Partial<Snapshot> = {}): void {
    this.send('snapshot', { ...SNAPSHOT, ...more });
  }

  changes(more: Partial<Changes>): void {
    this.send('changes', { now: 3, ...more });
  }

  fail(readyState: number): void {
    this.readyState = readyState;
    this.dispatchEvent(new Event('error'));
  }

  close(): void {
    this.readyState = FakeEventSource.CLOSED;
  }

  private send(type: string, value: object): void {
    if (this.readyState === FakeEventSource.CLOSED) throw new Error('The stream is closed.');
    this.dispatchEvent(new MessageEvent(type, { data: JSON.stringify(value) }));
  }
}

export interface Asked {
  readonly path: string;
  readonly request?: RequestInit;
}

/** Stands in for the server in each test of a file. @returns what was fetched; `answers` are by path */
export function fakeServer(answers: Record<string, unknown>): readonly Asked[] {
  const asked: Asked[] = [];
  beforeEach(() => {
    asked.length = 0;
    FakeEventSource.opened.length = 0;
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    history.replaceState(null, '', '/bus/');
    vi.stubGlobal('EventSource', FakeEventSource);
    vi.stubGlobal('fetch', (path: string, request?: RequestInit) => {
      asked.push({ path, ...(request && { request }) });
      const isKnown = path in answers;
      const answer = isKnown ? answers[path] : { error: 'The message is no longer kept.' };
      return Promise.resolve(new Response(JSON.stringify(answer), { status: isKnown ? 200 : 404 }));
    });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });
  return asked;
}
