import { fileURLToPath } from 'node:url';

export type ContenderName = 'nestjs-fedora-messaging' | 'amqplib' | 'golevelup' | 'nest-microservices';

/** The contenders of the comparison. */
export interface ContenderDescription {
  readonly name: ContenderName;
  /** The name in the head of a table. */
  readonly title: string;
  /** The main program of its process. */
  readonly module: string;
}

/** The folder of the sources. The compiled files are in `.build/bench/bench`. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
export const PEERS = ['golevelup', 'nest-microservices'] as const;

export const CONTENDERS: readonly ContenderDescription[] = [
  {
    name: 'nestjs-fedora-messaging',
    title: 'nestjs-fedora-messaging',
    module: fileURLToPath(new URL('contenders/fedora-messaging.contender.js', import.meta.url)),
  },
  {
    name: 'amqplib',
    title: 'amqplib by hand',
    module: fileURLToPath(new URL('contenders/amqplib.contender.js', import.meta.url)),
  },
  { name: 'golevelup', title: '@golevelup/nestjs-rabbitmq', module: moduleOfPeer('golevelup') },
  { name: 'nest-microservices', title: '@nestjs/microservices', module: moduleOfPeer('nest-microservices') },
];

/** Peers run from their own folders, so that they find the dependencies installed there. */
export function folderOfPeer(name: (typeof PEERS)[number]): string {
  return `${ROOT}bench/peers/${name}`;
}

function moduleOfPeer(name: (typeof PEERS)[number]): string {
  return `${folderOfPeer(name)}/build/peers/${name}/${name}.contender.js`;
}
