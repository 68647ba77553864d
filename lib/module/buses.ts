import type { FedoraMessagingSettings, SettingsOfBuses } from '../config/index.js';
import { ConfigurationException } from '../exceptions/index.js';
import type { FedoraMessagingService } from './fedora-messaging.service.js';
import type { Bus } from './create-bus.js';

/** A bus and its service. */
export interface RegisteredBus {
  readonly bus: Bus;
  readonly service: FedoraMessagingService;
}

/** The buses of an application, by name. */
export class Buses implements Iterable<RegisteredBus>, SettingsOfBuses {
  private readonly buses = new Map<string, RegisteredBus>();

  /**
   * Adds a bus.
   *
   * @throws ConfigurationException when another bus has its name
   */
  add(registered: RegisteredBus): void {
    const { name } = registered.bus;
    if (this.buses.has(name)) {
      throw new ConfigurationException(
        `Two buses are named '${name}': give one of FedoraMessagingModule.forRoot() and forRootAsync() another 'bus'`,
      );
    }
    this.buses.set(name, registered);
  }

  /**
   * The bus that a decorator names.
   *
   * @param where the method or class that is decorated
   * @throws ConfigurationException when there is no bus of that name
   */
  get(name: string, where: string): RegisteredBus {
    const registered = this.buses.get(name);
    if (registered) return registered;
    throw new ConfigurationException(
      `${where} names the bus '${name}', but no FedoraMessagingModule.forRoot() has that bus. The buses are ${this.names.map((known) => `'${known}'`).join(', ')}`,
    );
  }

  /** Iterates over all buses. */
  [Symbol.iterator](): Iterator<RegisteredBus> {
    return this.buses.values();
  }

  /** The settings of all buses, by name. */
  get settings(): ReadonlyMap<string, FedoraMessagingSettings> {
    return new Map([...this].map(({ bus: { name, settings } }) => [name, settings]));
  }

  /** The names of all buses. */
  get names(): string[] {
    return [...this.buses.keys()];
  }

  /** Stops the consumers of all buses, each after its messages in hand. Publishing goes on. */
  async stopConsumers(): Promise<void> {
    await Promise.all([...this.buses.values()].map(({ service }) => service.stopConsumers()));
  }

  /** Stops all buses. */
  async stop(): Promise<void> {
    await Promise.all([...this.buses.values()].map(({ service }) => service.stop()));
  }
}
