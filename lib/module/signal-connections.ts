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
   * Connects the handlers that are new since the last call: all handlers the first time, later those of lazily loaded
   * modules.
   *
   * @throws ConfigurationException when a decorated method can't work
   */
  make(): void {
    for (const { name, bus, connect } of this.signals.explore()) {
      connect(this.buses.get(bus, name).bus.publisher);
    }
  }
}
