import { fileURLToPath } from 'node:url';

export type ContenderName = 'nestjs-fedora-messaging' | 'amqplib' | 'golevelup' | 'nest-microservices';

/** What is measured beside what. */
export interface ContenderDescription {
  readonly name: ContenderName;
  /** As a table's head has it. */
  readonly title: string;
  /** The main program of its process. */
  readonly module: string;
}

/** Where the sources are; what runs is compiled to `.build/bench/bench`. */
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

/** Peers run from folders of their own, so that they find the dependencies installed there. */
export function folderOfPeer(name: (typeof PEERS)[number]): string {
  return `${ROOT}bench/peers/${name}`;
}

function moduleOfPeer(name: (typeof PEERS)[number]): string {
  return `${folderOfPeer(name)}/build/peers/${name}/${name}.contender.js`;
}
