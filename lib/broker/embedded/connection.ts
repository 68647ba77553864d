import { AsyncResource } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import { nextTick } from 'node:process';
import { setImmediate } from 'node:timers';
import { Fifo } from '../../fifo/index.js';
import type { ChannelModel } from '../port.js';
import { EmbeddedChannel } from './channel.js';
import type { Refusal } from './refusal.js';
import type { EmbeddedTraffic } from './traffic.js';
import type { VirtualHost } from './virtual-host.js';

/** How many events arrive at a connection in one turn of the event loop. */
const MAX_EVENTS_A_TURN = 250;

interface ConnectionEvents {
  error: [error: Error];
  close: [error?: Error];
  blocked: [reason: string];
  unblocked: [];
}

/** A connection to an embedded broker. */
export class EmbeddedConnection extends EventEmitter<ConnectionEvents> implements ChannelModel {
  readonly wire: Wire;
  private readonly channels = new Set<EmbeddedChannel>();
  private isOpen = true;

  constructor(
    private readonly host: VirtualHost,
    /** The name of the user. */
    readonly user: string,
    private readonly onClosed: (connection: EmbeddedConnection) => void,
  ) {
    super();
    this.wire = new Wire(host.traffic);
  }

  createChannel(): Promise<EmbeddedChannel> {
    return new Promise((resolve, reject) => {
      if (!this.isOpen) {
        reject(new Error('Connection closed'));
        return;
      }
      const channel = new EmbeddedChannel(this.host, this, (closed) => this.channels.delete(closed));
      this.channels.add(channel);
      this.wire.send(() => resolve(channel));
    });
  }

  createConfirmChannel(): Promise<EmbeddedChannel> {
    return this.createChannel();
  }

  async close(): Promise<void> {
    if (!this.isOpen) throw new Error('Connection closed');
    await this.end();
  }

  /** Closes the whole connection because of a refusal. */
  closeBecause(refusal: Refusal): void {
    if (!this.isOpen) return;
    void this.end(refusal.ofConnection());
  }

  /** Ends the connection in the broker, and tells the connection. */
  private end(error?: Error): Promise<void> {
    this.isOpen = false;
    for (const channel of this.channels) channel.release();
    this.host.disconnected(this);
    this.onClosed(this);
    return new Promise((resolve) => {
      this.wire.send(() => {
        // The connection emits its error before its channels emit `close`.
        if (error) this.emit('error', error);
        for (const channel of this.channels) channel.closed();
        this.emit('close', error);
        resolve();
      });
    });
  }
}

/**
 * Carries events from the broker to a connection, in order. As with a socket, no event arrives during the call that
 * causes it, and all events arrive in the async context of the connection. Each turn of the event loop has room for a
 * number of events. Events that follow from them arrive in the same turn, so that a consumer with a small prefetch
 * count keeps up with publishers.
 */
class Wire {
  private readonly events = new Fifo<() => void>();
  private isBusy = false;
  /** How many events may still arrive in this turn. */
  private room = 0;
  private readonly arrive = AsyncResource.bind(() => this.arriveNow());
  private readonly beginTurn = AsyncResource.bind(() => {
    this.room = MAX_EVENTS_A_TURN;
    setImmediate(() => (this.room = 0));
    this.arriveNow();
  });

  constructor(private readonly traffic: EmbeddedTraffic) {}

  send(event: () => void): void {
    this.events.add(event);
    if (this.isBusy) return;
    this.isBusy = true;
    this.traffic.due();
    this.schedule();
  }

  private schedule(): void {
    if (this.room > 0) nextTick(this.arrive);
    else setImmediate(this.beginTurn);
  }

  private arriveNow(): void {
    let due = Math.min(this.events.size, this.room);
    this.room -= due;
    try {
      while (due-- > 0) this.events.take()!();
    } finally {
      if (this.events.size > 0) this.schedule();
      else {
        this.isBusy = false;
        this.traffic.done();
      }
    }
  }
}
