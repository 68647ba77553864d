import { type BrowserServer, chromium } from 'playwright-core';
import { findOrInstallChromium } from './chromium-installation.js';

/** Host names that end with `.test` are this machine. Chromium reaches no other host. */
const HOSTS = 'MAP *.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost';

/** Starts Chromium, which other processes drive over its WebSocket on loopback. */
export function startChromium(): Promise<BrowserServer> {
  return chromium.launchServer({
    executablePath: findOrInstallChromium(),
    host: '127.0.0.1',
    // Chromium has no sandbox for root.
    chromiumSandbox: process.getuid?.() !== 0,
    args: [`--host-resolver-rules=${HOSTS}`],
  });
}
