import type { Page } from 'playwright-core';
import type { Point, Snapshot } from '../../../lib/page/protocol.js';

/** The page never asks again. */
const RETRY_MS = 86_400_000;

/** Gives the page the snapshot of the server with another history: one event, and no further events. */
export async function withHistory(page: Page, history: Snapshot['history']): Promise<void> {
  await page.route('**/api/events*', async (route) => {
    const url = route.request().url();
    const response = await fetch(url);
    const reader = response.body!.getReader();
    const decoder = new TextDecoder();
    let text = '';
    while (!/^data: .*\n\n/m.test(text))
      text += decoder.decode((await reader.read()).value, { stream: true });
    await reader.cancel();
    const snapshot = JSON.parse(/^data: (.*)$/m.exec(text)![1]!) as Snapshot;
    await route.fulfill({
      contentType: 'text/event-stream',
      body: `retry: ${RETRY_MS}\nid: 1\nevent: snapshot\ndata: ${JSON.stringify({ ...snapshot, history })}\n\n`,
    });
  });
}

/** A history with all outcomes. @param seconds the interval of a point */
export function historyOf(count: number, seconds: number): Point[] {
  return Array.from({ length: count }, (_, n) => ({
    at: Date.now() - (count - n) * seconds * 1_000,
    outcomes: {
      processed: 200 + Math.round(100 * Math.sin(n / 9)),
      dropped: 40 + (n % 20),
      rejected: 10,
      failed: n % 40 === 0 ? 30 : 3,
      invalid: 25,
    },
    published: 100,
    failedPublishes: n % 50 === 0 ? 5 : 0,
    inHand: n % 25,
    p50: 12,
    p95: 60 + (n % 30),
    p99: 140,
  }));
}
