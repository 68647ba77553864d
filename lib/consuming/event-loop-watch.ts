import { performance } from 'node:perf_hooks';
import type { LibraryLogger } from '../logging/index.js';

// Bound when the module loads, before a test can fake the clock.
const eventLoopUtilization = performance.eventLoopUtilization.bind(performance);

/** How often the event loop is checked, in milliseconds. */
const CHECK_INTERVAL_MS = 500;

/** The handlers that are watched, and the time for which they may hold the event loop. */
export interface WatchedHandlers {
  /** The names of consumers that had a message in hand since the previous call. */
  atWork(): readonly string[];
  /** The heartbeat of the connection, in seconds; 0 when there is none. */
  readonly heartbeat: number;
}

/**
 * Warns when handlers hold the event loop for longer than the heartbeat. The broker then takes this process for dead,
 * and delivers the messages again.
 */
export class EventLoopWatch {
  private timer: NodeJS.Timeout | undefined;
  /** The total busy time of the event loop at the last check, in milliseconds. */
  private busy = 0;

  constructor(
    private readonly handlers: WatchedHandlers,
    private readonly logger: LibraryLogger,
  ) {}

  start(): void {
    if (this.timer) return;
    this.busy = eventLoopUtilization().active;
    this.timer = setInterval(() => this.look(), CHECK_INTERVAL_MS).unref();
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private look(): void {
    const { active } = eventLoopUtilization();
    // If the loop was not held, it was busy for at most one interval since the last check.
    const held = active - this.busy;
    this.busy = active;
    const names = this.handlers.atWork();
    const { heartbeat } = this.handlers;
    if (heartbeat === 0 || held <= heartbeat * 1000 || names.length === 0) return;
    this.logger.warn(
      `The event loop was held for ${(held / 1000).toFixed(1)} s while ${names.join(', ')} had a message in hand. That is longer than the heartbeat of ${heartbeat} s: the broker takes this process for dead, and delivers the message again. Split the handler's work with 'await', or use a worker thread; or set a longer 'heartbeat' in amqpUrl`,
    );
  }
}
