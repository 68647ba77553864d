import { arch, cpus, loadavg, release, totalmem, type as platform } from 'node:os';
import { ROOT } from './contenders.js';
import { versionOf } from './peers.js';

/** The machine of the figures: without it, they say little. */
export interface Machine {
  readonly cores: number;
  readonly cpu: string;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  readonly rabbitmq: string;
  /** The folder of RabbitMQ's data. */
  readonly data: string;
  readonly version: string;
  /** The load of the minute before the run: the other work of the machine. */
  readonly load: number;
}

export function describeMachine(rabbitmq: string, data: string): Machine {
  const cores = cpus();
  return {
    cores: cores.length,
    cpu: cores[0]?.model ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()} ${arch()}`,
    node: process.versions.node,
    rabbitmq,
    data,
    version: versionOf(ROOT),
    load: loadavg()[0]!,
  };
}

export function machineLine(machine: Machine): string {
  const { cores, cpu, memoryGiB, node, rabbitmq, data, version, load } = machine;
  return `nestjs-fedora-messaging ${version}, Node ${node}, RabbitMQ ${rabbitmq} with its data in ${data}, on the same ${cores} cores (${cpu}), ${memoryGiB} GiB, load ${load.toFixed(1)} before`;
}
