import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import { expect, inject, onTestFinished } from 'vitest';

/** An image for addresses of other hosts. */
const DOT = Buffer.from('R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw==', 'base64');

let browser: Promise<Browser> | undefined;

/** A tab of the browser. */
export interface Tab {
  readonly page: Page;
  /** Errors in the console, violations of the content security policy, exceptions and failed requests. */
  readonly faults: readonly string[];
}

/** The options of a tab. */
export interface TabOptions extends BrowserContextOptions {
  /** The faults that the test expects. */
  expectedFaults?: RegExp;
}

/** A tab with its own storage, which is closed when the test ends. The test fails when the page has other faults. */
export async function openTab({ expectedFaults, ...options }: TabOptions = {}): Promise<Tab> {
  browser ??= chromium.connect(inject('browserUrl'));
  const context = await (await browser).newContext({ locale: 'en-GB', timezoneId: 'UTC', ...options });
  const faults: string[] = [];
  onTestFinished(async () => {
    await context.close();
    expect(faults.filter((fault) => !expectedFaults?.test(fault))).toEqual([]);
  });
  await answerForOtherHosts(context);
  const page = await context.newPage();
  collectFaults(page, faults);
  return { page, faults };
}

/** Requests to other hosts get an image: nothing leaves the machine. */
async function answerForOtherHosts(context: BrowserContext): Promise<void> {
  await context.route(
    ({ hostname }) => !isLocal(hostname),
    (route) => route.fulfill({ contentType: 'image/gif', body: DOT }),
  );
}

function isLocal(hostname: string): boolean {
  return hostname === '127.0.0.1' || hostname === 'localhost' || hostname.endsWith('.test');
}

function collectFaults(page: Page, faults: string[]): void {
  // Chromium writes violations of the content security policy to the console, as errors.
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`exception: ${error.message}`));
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText;
    // The page itself ends requests, for example the events of the filters before.
    if (reason !== 'net::ERR_ABORTED') faults.push(`request: ${request.url()} ${reason}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) faults.push(`response: ${response.url()} ${response.status()}`);
  });
}
