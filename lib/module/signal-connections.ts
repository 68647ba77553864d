import { Injectable } from '@nestjs/common';
import { SignalExplorer } from '../publishing/index.js';
import { Buses } from './buses.js';

/** Connects the decorated methods that handle signals to the publishers of their buses, once. */
@Injectable()
export class SignalConnections {
  private areMade = false;

  constructor(
    private readonly buses: Buses,
    private readonly signals: SignalExplorer,
  ) {}

  /** @throws ConfigurationException when a decorated method is of no use */
  make(): void {
    if (this.areMade) return;
    this.areMade = true;
    for (const { name, bus, connect } of this.signals.explore()) {
      connect(this.buses.get(bus, name).bus.publisher);
    }
  }
}
