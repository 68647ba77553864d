/** How often clients are told what is new. */
const TICK_INTERVAL_MS = 250;
const TICKS_PER_SECOND = 1000 / TICK_INTERVAL_MS;
/** How long messages are collected after the last client has left: it may come back. */
const LINGER_MS = 60_000;

/** Somebody who looks at a page. */
export interface Spectator {
  /** Tells what is new. */
  tick(): void;
  /** The application closes. */
  end(): void;
}

/** What an audience switches on and off. */
export interface Stage {
  /** Called before the first client comes, if nobody has looked for a while. */
  open(): void;
  /** Called before each client comes. */
  look(): void;
  /** Called once a second while somebody looks. */
  everySecond(): void;
  /** Called when nobody has looked for a while. */
  close(): void;
}

/** Those who look at the pages of an application. While nobody looks, it has no timer. */
export class Audience {
  private readonly spectators = new Set<Spectator>();
  private timer: NodeJS.Timeout | undefined;
  private closing: NodeJS.Timeout | undefined;
  private ticks = 0;

  constructor(private readonly stage: Stage) {}

  /** Lets somebody look from now on. The returned function ends that. */
  join(spectator: Spectator): () => void {
    clearTimeout(this.closing);
    this.stage.open();
    this.stage.look();
    this.spectators.add(spectator);
    this.timer ??= setInterval(() => this.tick(), TICK_INTERVAL_MS).unref();
    return () => this.leave(spectator);
  }

  /** Sends everybody away, for good. */
  end(): void {
    for (const spectator of this.spectators) spectator.end();
    this.stop();
    clearTimeout(this.closing);
    this.stage.close();
  }

  private leave(spectator: Spectator): void {
    if (!this.spectators.delete(spectator) || this.spectators.size > 0) return;
    this.stop();
    this.closing = setTimeout(() => this.stage.close(), LINGER_MS).unref();
  }

  private tick(): void {
    if (++this.ticks % TICKS_PER_SECOND === 0) this.stage.everySecond();
    for (const spectator of this.spectators) spectator.tick();
  }

  private stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }
}
