import type { MessageRecord, Point } from '../../lib/page/protocol.js';

export function record(seq: number, more: Partial<MessageRecord> = {}): MessageRecord {
  return {
    seq,
    bus: 'default',
    consumer: 'Notifier',
    queue: 'notifier',
    id: `id-${seq}`,
    topic: 'org.fedoraproject.prod.bodhi.update.comment',
    schema: 'bodhi.update.comment.v1',
    severity: 'info',
    summary: `bob commented on update ${seq}`,
    users: [],
    packages: [],
    receivedAt: Date.UTC(2026, 0, 5, 9, 1, 2, 345),
    outcome: 'in-hand',
    bytes: 100,
    isRedelivered: false,
    ...more,
  };
}

/** Records with the numbers from `first` to `last`. */
export function records(first: number, last: number): MessageRecord[] {
  return Array.from({ length: last - first + 1 }, (_, index) => record(first + index));
}

export function point(at: number, more: Partial<Point> = {}): Point {
  return {
    at,
    outcomes: { processed: 0, dropped: 0, rejected: 0, failed: 0, invalid: 0 },
    published: 0,
    failedPublishes: 0,
    inHand: 0,
    p50: 0,
    p95: 0,
    p99: 0,
    ...more,
  };
}
