import type { ConnectionEvent } from '../../../../lib/page/protocol.js';

export type SpanState = 'unknown' | 'up' | 'blocked' | 'down';

/** A stretch of time in which a connection was in one state. */
export interface Span {
  readonly state: SpanState;
  readonly from: number;
  readonly to: number;
}

const STATES: Record<ConnectionEvent['type'], SpanState> = {
  connected: 'up',
  unblocked: 'up',
  blocked: 'blocked',
  disconnected: 'down',
};

/** The stretches of a connection from `from` to `to`, made of its events, oldest first. */
export function spansOf(events: readonly ConnectionEvent[], from: number, to: number): readonly Span[] {
  const spans: Span[] = [];
  let state: SpanState = 'unknown';
  let start = from;
  for (const { at, type } of events) {
    if (at > start) spans.push({ state, from: start, to: at });
    start = Math.max(start, at);
    state = STATES[type];
  }
  if (to > start) spans.push({ state, from: start, to });
  return spans;
}
