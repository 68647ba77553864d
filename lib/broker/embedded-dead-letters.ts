import { setImmediate } from 'node:timers';
import type { EngineMessage, EngineQueue } from './embedded-engine.js';
import type { EmbeddedTraffic } from './embedded-traffic.js';
import type { Publication } from './sending/publication.js';

/** What the arguments of a queue say of messages that end there. */
interface Terms {
  readonly timeToLive: number | undefined;
  readonly exchange: string | undefined;
  readonly routingKey: string | undefined;
}

/**
 * Queues' times to live and dead-letter exchanges, which the engine knows under other names, without the
 * default exchange, and without a clock.
 */
export class EmbeddedDeadLetters {
  private readonly terms = new Map<string, Terms>();
  private readonly timers = new Set<NodeJS.Timeout>();

  constructor(
    private readonly traffic: EmbeddedTraffic,
    private readonly forward: (publication: Publication) => void,
    /** Whether messages that wait to be dead-lettered do so for no time at all. */
    private readonly skipsDelays: boolean,
  ) {}

  /** A queue has been declared. */
  declared(queue: string, args: Record<string, unknown> = {}): void {
    this.terms.set(queue, {
      timeToLive: args['x-message-ttl'] as number | undefined,
      exchange: args['x-dead-letter-exchange'] as string | undefined,
      routingKey: args['x-dead-letter-routing-key'] as string | undefined,
    });
  }

  /** A message is the last one of a queue. */
  queued(queue: EngineQueue): void {
    const terms = this.terms.get(queue.name);
    const message = queue.messages.at(-1);
    if (terms?.timeToLive === undefined || !message) return;
    if (this.skipsDelays && terms.exchange !== undefined) {
      this.traffic.due();
      setImmediate(() => {
        this.expire(queue, message);
        this.traffic.done();
      });
      return;
    }
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      this.expire(queue, message);
    }, terms.timeToLive);
    // What is in this broker ends with the process.
    timer.unref();
    this.timers.add(timer);
  }

  /** A message of a queue has been rejected, or its time is over. */
  dead(queue: string, { fields, content, properties }: EngineMessage, reason: Death['reason']): void {
    const terms = this.terms.get(queue);
    if (terms?.exchange === undefined) return;
    const { exchange, routingKey } = fields;
    const headers = withDeath(properties.headers, { queue, reason, exchange, 'routing-keys': [routingKey] });
    this.forward({
      exchange: terms.exchange,
      routingKey: terms.routingKey ?? routingKey,
      content,
      properties: { ...properties, headers },
    });
  }

  stop(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }

  private expire(queue: EngineQueue, message: EngineMessage): void {
    // All have the same time to live: where another one is first, a consumer has this one.
    if (queue.peek(true) !== message) return;
    queue.get({ noAck: true });
    this.dead(queue.name, message, 'expired');
  }
}

interface Death {
  readonly queue: string;
  readonly reason: 'rejected' | 'expired';
  readonly exchange: string;
  readonly 'routing-keys': readonly string[];
}

/** As RabbitMQ tells of it: the last death first, one entry for each queue and reason. */
function withDeath(headers: Record<string, unknown> | undefined, death: Death): Record<string, unknown> {
  const deaths = deathsIn(headers);
  const isSame = ({ queue, reason }: Death): boolean => queue === death.queue && reason === death.reason;
  const count = (deaths.find(isSame)?.count ?? 0) + 1;
  const time = { '!': 'timestamp', value: Math.floor(Date.now() / 1000) };
  return {
    'x-first-death-exchange': death.exchange,
    'x-first-death-queue': death.queue,
    'x-first-death-reason': death.reason,
    ...headers,
    'x-death': [{ ...death, count, time }, ...deaths.filter((other) => !isSame(other))],
  };
}

/** Those that a publisher has made up may be anything. */
function deathsIn(headers: Record<string, unknown> | undefined): (Death & { count: number })[] {
  const deaths: unknown = headers?.['x-death'];
  if (!Array.isArray(deaths)) return [];
  return deaths.filter((death) => typeof (death as Partial<Death> | null)?.queue === 'string');
}
