import { ConfigurationException } from './exceptions/index.js';
import type { FedoraMessagingService } from './fedora-messaging.service.js';
import type { Publisher } from './publishing/index.js';

/** One bus of an application: what a `forRoot()` makes. */
export interface Bus {
  readonly name: string;
  readonly service: FedoraMessagingService;
  readonly publisher: Publisher;
}

/** The buses of an application, by name. */
export class Buses implements Iterable<Bus> {
  private readonly buses = new Map<string, Bus>();

  /** @throws ConfigurationException when there is one of that name */
  add(bus: Bus): void {
    if (this.buses.has(bus.name)) {
      throw new ConfigurationException(
        `Two buses are named '${bus.name}': give one of FedoraMessagingModule.forRoot() and forRootAsync() another 'name'`,
      );
    }
    this.buses.set(bus.name, bus);
  }

  /**
   * The bus that a decorator names.
   *
   * @param where the method or class that is decorated
   * @throws ConfigurationException when there is none of that name
   */
  get(name: string, where: string): Bus {
    const bus = this.buses.get(name);
    if (bus) return bus;
    throw new ConfigurationException(
      `${where} is for the connection '${name}', which FedoraMessagingModule.forRoot() has given no bus; known are ${this.names.map((known) => `'${known}'`).join(', ')}`,
    );
  }

  /** All of them. */
  [Symbol.iterator](): Iterator<Bus> {
    return this.buses.values();
  }

  /** The names of all of them. */
  get names(): string[] {
    return [...this.buses.keys()];
  }

  /** Stops the consumers of all of them, each after the message in hand; publishing goes on. */
  async stopConsumers(): Promise<void> {
    await Promise.all([...this.buses.values()].map(({ service }) => service.stopConsumers()));
  }

  /** Stops all of them. */
  async stop(): Promise<void> {
    await Promise.all([...this.buses.values()].map(({ service }) => service.stop()));
  }
}
