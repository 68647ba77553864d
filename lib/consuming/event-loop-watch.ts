import { performance } from 'node:perf_hooks';
import { LibraryLogger } from '../logging/index.js';

// Taken before any test fakes the clock.
const eventLoopUtilization = performance.eventLoopUtilization.bind(performance);

/** How often the watch looks, in milliseconds. */
const PERIOD_MS = 500;

/** What is watched: handlers, and for how long they may hold the event loop. */
export interface WatchedHandlers {
  /** The names of those that have had a message in hand since the last time this was asked. */
  atWork(): readonly string[];
  /** In seconds, how often the broker and this process tell each other that they live; 0 where they don't. */
  readonly heartbeat: number;
}

/**
 * Warns when the event loop has been held for longer than the heartbeat while handlers were at work: the broker then
 * takes this process for dead, and delivers their messages again.
 */
export class EventLoopWatch {
  private readonly logger = new LibraryLogger();
  private timer: NodeJS.Timeout | undefined;
  /** For how long the event loop has been busy altogether, in milliseconds. */
  private busy = 0;

  constructor(private readonly handlers: WatchedHandlers) {}

  start(): void {
    if (this.timer) return;
    this.busy = eventLoopUtilization().active;
    this.timer = setInterval(() => this.look(), PERIOD_MS).unref();
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private look(): void {
    const { active } = eventLoopUtilization();
    // Of a loop that is not held, no more than a period lies between two looks.
    const held = active - this.busy;
    this.busy = active;
    const names = this.handlers.atWork();
    const { heartbeat } = this.handlers;
    if (heartbeat === 0 || held <= heartbeat * 1000 || names.length === 0) return;
    this.logger.warn(
      `The event loop was held for ${(held / 1000).toFixed(1)} s while ${names.join(', ')} had a message in hand. That is longer than the heartbeat of ${heartbeat} s: the broker takes this process for dead, and delivers the message again. Let the handler work in parts with 'await' between them, or in a worker thread; or set a longer 'heartbeat' in amqpUrl`,
    );
  }
}
