import { Injectable } from '@nestjs/common';
import { SignalExplorer } from '../publishing/index.js';
import { Buses } from './buses.js';

/** Connects the decorated methods that handle signals to the publishers of their buses, each once. */
@Injectable()
export class SignalConnections {
  constructor(
    private readonly buses: Buses,
    private readonly signals: SignalExplorer,
  ) {}

  /**
   * Makes those that have not been made before: at first all, later those of modules that were loaded since.
   *
   * @throws ConfigurationException when a decorated method is of no use
   */
  make(): void {
    for (const { name, bus, connect } of this.signals.explore()) {
      connect(this.buses.get(bus, name).bus.publisher);
    }
  }
}
