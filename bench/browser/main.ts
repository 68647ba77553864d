import { availableParallelism, cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { measureInBrowser } from './page-in-browser.js';

const USAGE = `Usage: npm run bench:browser -- [--heap-minutes N]

Measures the live page in Chromium: frames, and its memory over N minutes (default: 10).`;

const { values } = parseArgs({
  options: { help: { type: 'boolean' }, 'heap-minutes': { type: 'string', default: '10' } },
});
if (values.help) console.log(USAGE);
else {
  const load = loadavg()[0]!;
  console.log(await measureInBrowser(Number(values['heap-minutes']), progress));
  const machine = `${availableParallelism()} cores (${cpus()[0]?.model ?? 'unknown'})`;
  console.log(`\nNode ${process.versions.node}, ${machine}, load ${load.toFixed(1)} before`);
}

/** Progress messages, separate from results. */
function progress(what: string): void {
  console.error(`${(performance.now() / 1000).toFixed(0).padStart(4)} s  ${what}`);
}
