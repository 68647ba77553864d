import { type Observable, Subject } from 'rxjs';
import type { BrokerConnections } from '../broker/index.js';
import type { RunningConsumer } from '../consuming/index.js';
import { GuardedObservable } from '../observables/index.js';
import type { FedoraMessagingEvent } from './fedora-messaging-event.js';

/** Merges the events of connections and consumers into one stream. */
export class FedoraMessagingEvents {
  private readonly subject = new Subject<FedoraMessagingEvent>();

  constructor(
    private readonly bus: string,
    { publishing, consuming }: BrokerConnections,
  ) {
    for (const [connection, broker] of [
      ['publishing', publishing],
      ['consuming', consuming],
    ] as const) {
      broker.on('connected', () => this.subject.next({ bus, type: 'connected', connection }));
      broker.on('disconnected', (reason) =>
        this.subject.next({ bus, type: 'disconnected', connection, reason }),
      );
      broker.on('blocked', (reason) => this.subject.next({ bus, type: 'blocked', connection, reason }));
      broker.on('unblocked', () => this.subject.next({ bus, type: 'unblocked', connection }));
    }
  }

  get stream(): Observable<FedoraMessagingEvent> {
    return new GuardedObservable((subscriber) => this.subject.subscribe(subscriber));
  }

  consumerStopped(consumer: RunningConsumer): void {
    this.subject.next({ bus: this.bus, type: 'consumer-stopped', consumer, error: consumer.error });
  }

  complete(): void {
    this.subject.complete();
  }
}
