import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CertificateAuthority } from '../support/certificates.js';
import { RabbitMq, runCtl } from '../support/rabbitmq.js';

/*
 * Tries the packed package in other runtimes than Node, against a RabbitMQ: `npm run test:runtimes`. It prints a line for
 * each runtime and check, and fails when one fails.
 */

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const TIMEOUT_MS = 120_000;
const PEERS = [
  '@nestjs/common',
  '@nestjs/core',
  'class-transformer',
  'class-validator',
  'reflect-metadata',
  'rxjs',
];
const RUNTIMES: Readonly<Record<string, readonly string[]>> = {
  bun: ['run'],
  deno: ['run', '--allow-all', '--node-modules-dir=manual'],
};

const folder = mkdtempSync(join(tmpdir(), 'fedora-messaging-runtimes-'));
installInto(folder);
const ca = new CertificateAuthority();
const broker = await RabbitMq.start({
  tls: { ca: ca.cert, ...ca.issue('localhost', 'DNS:localhost,IP:127.0.0.1') },
});
try {
  for (const [runtime, args] of Object.entries(RUNTIMES)) await tryRuntime(runtime, args);
} finally {
  await broker.stop();
  ca.remove();
  rmSync(folder, { recursive: true, force: true });
}

function installInto(project: string): void {
  execFileSync('npm', ['pack', '--pack-destination', project], { cwd: ROOT, stdio: 'pipe' });
  const tarball = readdirSync(project).find((name) => name.endsWith('.tgz'))!;
  writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }');
  const packages = [`./${tarball}`, ...PEERS, ...Object.keys(RUNTIMES)];
  execFileSync('npm', ['install', '--no-audit', '--no-fund', ...packages], { cwd: project, stdio: 'pipe' });
  copyFileSync(join(ROOT, 'test/versions/runtime-app.mjs'), join(project, 'app.mjs'));
}

async function tryRuntime(runtime: string, args: readonly string[]): Promise<void> {
  const command = join(folder, 'node_modules/.bin', runtime);
  const [version] = /[\d.]+/.exec(execFileSync(command, ['--version']).toString())!;
  const { cert: CERT, key: KEY } = ca.issue('guest');
  const plain = `amqp://127.0.0.1:${broker.port}/`;
  const tls = `amqps://localhost:${broker.tlsPort}/`;
  const main = 'node_modules/nestjs-fedora-messaging/dist/cli/main.js';
  const checks: [what: string, more: string[], env: Record<string, string>, output: string][] = [
    ['memory://', ['app.mjs'], { AMQP_URL: 'memory://runtimes' }, 'received 1000'],
    ['RabbitMQ, across a lost connection', ['app.mjs'], { AMQP_URL: plain }, 'received 2000'],
    ['TLS', ['app.mjs'], { AMQP_URL: tls, CA: ca.cert }, 'received 2000'],
    ['a client certificate', ['app.mjs'], { AMQP_URL: tls, CA: ca.cert, CERT, KEY }, 'received 2000'],
    ['an unknown authority is refused', ['app.mjs'], { AMQP_URL: tls }, 'certificate in certificate chain'],
    ['the command', [main, '--amqp-url', plain, 'publish', '-'], {}, 'Published 1 messages'],
  ];
  for (const [what, more, env, output] of checks) {
    const printed = await outputOf(command, [...args, ...more], env);
    const isRight = printed.includes(output);
    console.log(`${isRight ? 'ok    ' : 'FAILED'} ${runtime} ${version}: ${what}`);
    if (isRight) continue;
    console.log(printed);
    process.exitCode = 1;
  }
}

/** The output of a process until it ends. When it prints `cut`, the broker closes its connections. */
function outputOf(command: string, args: readonly string[], env: Record<string, string>): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: folder, env: { ...process.env, ...env }, timeout: TIMEOUT_MS });
    child.stdin.end('{"topic": "runtimes", "body": {}}\n');
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (/^cut$/m.test(chunk.toString())) void runCtl(broker.ctlCommand, ['close_all_connections', 'test']);
    });
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('close', () => resolve(output));
  });
}
