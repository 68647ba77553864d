import type { INestApplicationContext } from '@nestjs/common';
import { startApp, type TestApplication } from './application.js';
import { captureLog } from './captured-log.js';

/** An application whose monitoring listens on loopback, and its clients. */
export interface MonitoredApp {
  readonly app: INestApplicationContext;
  /** The URL of monitoring, without a path. */
  readonly url: string;
  /** The metrics, one line each. */
  metrics(): Promise<string[]>;
}

/** Starts an application with monitoring on a free port. */
export async function startMonitoredApp({ options, ...rest }: TestApplication): Promise<MonitoredApp> {
  const log = captureLog();
  const monitoring = { port: 0, address: '127.0.0.1' };
  const app = await startApp({ options: { ...options, monitoring }, ...rest });
  const port = log
    .map(({ text }) => /^Monitoring listens on 127\.0\.0\.1:(\d+) /.exec(text)?.[1])
    .find((found) => found !== undefined);
  const url = `http://127.0.0.1:${port}`;
  return {
    app,
    url,
    metrics: async () => (await (await fetch(`${url}/metrics`)).text()).split('\n'),
  };
}
