import { type Browser, type CDPSession, chromium, type Page } from 'playwright-core';
import { startChromium } from '../../test/support/chromium.js';
import { megabytes } from '../scale/memory.js';

/** The frames of a while. */
export interface Frames {
  /** Frames a second. */
  readonly rate: number;
  /** The longest time between two frames, and that of the 99th percentile, in milliseconds. */
  readonly p99: number;
  readonly longest: number;
}

/** Collects the times of all frames for a while, in the page. */
const FRAME_TIMES = `(milliseconds) => new Promise((resolve) => {
  const times = [];
  const onFrame = (time) => {
    times.push(time);
    if (time - times[0] < milliseconds) requestAnimationFrame(onFrame);
    else resolve(times);
  };
  requestAnimationFrame(onFrame);
})`;

/** A browser that has the live page open. */
export class PageVisit {
  private constructor(
    private readonly closeAll: () => Promise<void>,
    readonly page: Page,
    private readonly cdp: CDPSession,
  ) {}

  static async open(url: string): Promise<PageVisit> {
    const server = await startChromium();
    const browser: Browser = await chromium.connect(server.wsEndpoint());
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(url);
    const cdp = await page.context().newCDPSession(page);
    return new PageVisit(() => server.close(), page, cdp);
  }

  async frames(milliseconds: number): Promise<Frames> {
    const times = await this.page.evaluate<number[]>(`(${FRAME_TIMES})(${milliseconds})`);
    const gaps = times
      .slice(1)
      .map((time, i) => time - times[i]!)
      .sort((one, other) => one - other);
    return {
      rate: (gaps.length / (times.at(-1)! - times[0]!)) * 1000,
      p99: gaps[Math.floor(gaps.length * 0.99)]!,
      longest: gaps.at(-1)!,
    };
  }

  /** The JavaScript heap in use after a garbage collection, in MB. */
  async heap(): Promise<number> {
    await this.cdp.send('HeapProfiler.collectGarbage');
    const { usedSize } = await this.cdp.send('Runtime.getHeapUsage');
    return megabytes(usedSize);
  }

  close(): Promise<void> {
    return this.closeAll();
  }
}
