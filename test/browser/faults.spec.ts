import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openTab } from './support/browser-context.js';

async function serve(html: string, headers: Record<string, string> = {}): Promise<string> {
  const server = createServer(({ url }, response) => {
    if (url !== '/') return response.writeHead(404).end();
    return response.writeHead(200, { 'content-type': 'text/html', ...headers }).end(html);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const POLICY = "style-src 'none'";
const ICON = '<link rel="icon" href="data:,">';

describe('a page in a test of the live page', () => {
  it.each([
    ['writes an error to its console', '<script>console.error("oh")</script>', /^console: oh$/],
    ['throws', '<script>throw new Error("oh")</script>', /^exception: oh$/],
    ['asks for a file that is not there', '<script src="missing.js"></script>', /missing\.js 404$/],
    ['violates its content security policy', '<p style="color: red">red</p>', /Content Security Policy/],
  ])('has a fault when it %s', async (_, body, fault) => {
    const { page, faults } = await openTab({ expectedFaults: /./ });
    await page.goto(await serve(`${ICON}${body}`, { 'content-security-policy': POLICY }));
    await expect.poll(() => faults).toContainEqual(expect.stringMatching(fault));
  });

  it('reaches no other host', async () => {
    const { page } = await openTab();
    await page.goto(await serve(`${ICON}<img src="https://icons.example/a.png">`));
    expect(await page.locator('img').evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1);
  });
});
