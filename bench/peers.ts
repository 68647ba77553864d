import { execFile } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { promisify } from 'node:util';
import { folderOfPeer, PEERS, ROOT } from './contenders.js';

const run = promisify(execFile);

/** Installs the peers in their folders, unless they are installed, and compiles their contenders. */
export async function preparePeers(): Promise<void> {
  await Promise.all(PEERS.map((name) => prepare(folderOfPeer(name))));
}

/** The versions of the contenders' packages, by package. */
export function peerVersions(): Record<string, string> {
  return {
    amqplib: versionOf(`${ROOT}node_modules/amqplib`),
    '@nestjs/core': versionOf(`${ROOT}node_modules/@nestjs/core`),
    '@golevelup/nestjs-rabbitmq': versionOf(
      `${folderOfPeer('golevelup')}/node_modules/@golevelup/nestjs-rabbitmq`,
    ),
    '@nestjs/core of @golevelup/nestjs-rabbitmq': versionOf(
      `${folderOfPeer('golevelup')}/node_modules/@nestjs/core`,
    ),
    'amqplib of @golevelup/nestjs-rabbitmq': versionOf(`${folderOfPeer('golevelup')}/node_modules/amqplib`),
    '@nestjs/microservices': versionOf(
      `${folderOfPeer('nest-microservices')}/node_modules/@nestjs/microservices`,
    ),
  };
}

/** The version in a package's folder. */
export function versionOf(folder: string): string {
  return (JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as { version: string }).version;
}

async function prepare(folder: string): Promise<void> {
  if (!isInstalled(folder)) await run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder });
  await run(process.execPath, [`${ROOT}node_modules/typescript/bin/tsc`, '-p', folder]).catch(
    (error: { stdout?: string }) => {
      throw new Error(`The peer in ${folder} does not compile:\n${error.stdout}`);
    },
  );
}

/** npm leaves a copy of the lock file in the installed folder. */
function isInstalled(folder: string): boolean {
  const installed = `${folder}/node_modules/.package-lock.json`;
  return (
    existsSync(installed) && statSync(installed).mtimeMs >= statSync(`${folder}/package-lock.json`).mtimeMs
  );
}
