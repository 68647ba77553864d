import { randomBytes } from 'node:crypto';
import type { ExchangeDeclaration, QueueDeclaration, Table } from '../port.js';
import { deadLetter, isCircle } from './dead-letters.js';
import { type Binding, Exchange, type ExchangeTerms, isExchangeType } from './exchange.js';
import type { StoredMessage } from './message.js';
import { type DeathReason, Queue, type QueueSurroundings } from './queue.js';
import { assertSame, assertSameArguments, assertSameTerms, queueTerms } from './queue-arguments.js';
import type { QueuedMessage } from './ready-messages.js';
import { described, notFound, Refusal } from './refusal.js';
import { tableOnWire, typeNameOf } from './tables.js';
import { EmbeddedTraffic } from './traffic.js';

/** The exchanges that RabbitMQ has from the start. */
const PREDECLARED = {
  'amq.direct': 'direct',
  'amq.fanout': 'fanout',
  'amq.headers': 'headers',
  'amq.match': 'headers',
  'amq.topic': 'topic',
};
const RESERVED_PREFIX = 'amq.';
const NAME_BYTES = 16;

/** The result of publishing a message. */
export interface Routed {
  readonly queues: readonly Queue[];
  /** Whether a full queue refused the message. */
  readonly isRejected: boolean;
}

/** The exchanges and queues of a broker. */
export class VirtualHost implements QueueSurroundings {
  readonly traffic = new EmbeddedTraffic();
  private readonly exchanges = new Map<string, Exchange>();
  private readonly queues = new Map<string, Queue>();

  constructor(
    readonly name: string,
    readonly skipsDelays: boolean,
  ) {
    for (const [exchange, type] of Object.entries(PREDECLARED)) {
      const terms = { type, durable: true, autoDelete: false, arguments: {} };
      this.exchanges.set(exchange, new Exchange(exchange, terms));
    }
  }

  /** @throws Refusal */
  declareQueue(given: string, declaration: QueueDeclaration, connection: object): Queue {
    if (given.startsWith(RESERVED_PREFIX)) throw reserved('queue', given);
    const name = given || `${RESERVED_PREFIX}gen-${randomBytes(NAME_BYTES).toString('base64url')}`;
    const terms = queueTerms(name, this.name, declaration);
    const known = this.queues.get(name);
    if (known) {
      this.assertAccess(known, connection, terms.exclusive);
      assertSameTerms(name, this.name, known.terms, terms);
      known.noteUse();
      return known;
    }
    const queue = new Queue(name, terms, terms.exclusive ? connection : undefined, this);
    this.queues.set(name, queue);
    return queue;
  }

  /** The queue of that name, if there is one. */
  findQueue(name: string): Queue | undefined {
    return this.queues.get(name);
  }

  /** @throws Refusal when the queue is missing, or is exclusive to another connection */
  queueFor(name: string, connection: object): Queue {
    const queue = this.queues.get(name);
    if (!queue) throw notFound('queue', name, this.name);
    this.assertAccess(queue, connection);
    return queue;
  }

  /** @throws Refusal */
  declareExchange(name: string, type: string, declaration: ExchangeDeclaration): void {
    if (!isExchangeType(type)) throw new Refusal(503, `unknown exchange type '${type}'`);
    const terms = this.exchangeTerms(name, type, declaration);
    if (name === '') throw defaultExchange();
    const known = this.exchanges.get(name);
    if (!known) {
      if (name.startsWith(RESERVED_PREFIX)) throw reserved('exchange', name);
      this.exchanges.set(name, new Exchange(name, terms));
      return;
    }
    const exchange = described('exchange', name, this.name);
    assertSame('type', exchange, known.terms.type, type);
    assertSame('durable', exchange, known.terms.durable, terms.durable);
    assertSame('auto_delete', exchange, known.terms.autoDelete, terms.autoDelete);
    assertSameArguments(exchange, known.terms.arguments, terms.arguments);
  }

  /** @throws Refusal when the exchange is missing, or is the default exchange, on which no operation is permitted */
  exchange(name: string): Exchange {
    if (name === '') throw defaultExchange();
    const exchange = this.exchanges.get(name);
    if (!exchange) throw notFound('exchange', name, this.name);
    return exchange;
  }

  /** @throws Refusal */
  bind(exchange: string, destination: Queue | Exchange, routingKey: string, args: Table = {}): void {
    this.exchange(exchange).bind({ destination, routingKey, arguments: tableOnWire(args) });
  }

  unbind(exchange: string, destination: Queue | Exchange, routingKey: string, args: Table = {}): void {
    if (exchange === '') throw defaultExchange();
    const from = this.exchanges.get(exchange);
    from?.unbind({ destination, routingKey, arguments: tableOnWire(args) });
    if (from) this.deleteIfUnused(from);
  }

  deleteQueue(queue: Queue): void {
    this.queues.delete(queue.name);
    this.unbindEverywhere(queue);
    queue.delete();
  }

  /** @throws Refusal when the exchange is one of the broker's own */
  deleteExchange(name: string): void {
    if (name === '') throw defaultExchange();
    if (name in PREDECLARED) {
      throw new Refusal(403, `deletion of system ${described('exchange', name, this.name)} not allowed`);
    }
    const exchange = this.exchanges.get(name);
    if (!exchange) return;
    this.exchanges.delete(name);
    this.unbindEverywhere(exchange);
  }

  /** Deletes all queues. */
  close(): void {
    for (const queue of this.queues.values()) this.deleteQueue(queue);
  }

  /** Deletes the queues that are exclusive to a connection. */
  disconnected(connection: object): void {
    for (const queue of this.queues.values()) if (queue.owner === connection) this.deleteQueue(queue);
  }

  /**
   * Puts a message into its queues.
   *
   * @throws Refusal when the exchange is missing
   */
  publish(message: StoredMessage): Routed {
    const queues = [...this.queuesFor(message)];
    const stored = withoutBlindCopies(message);
    let isRejected = false;
    for (const queue of queues) if (!queue.offer(stored)) isRejected = true;
    return { queues, isRejected };
  }

  /** @throws Refusal when the exchange is missing */
  queuesFor(message: Pick<StoredMessage, 'exchange' | 'routingKey' | 'headers'>): Set<Queue> {
    const found = new Set<Queue>();
    const exchange = message.exchange === '' ? undefined : this.exchange(message.exchange);
    for (const routingKey of routingKeysOf(message)) {
      if (exchange) this.route(exchange, routingKey, message, found, new Set());
      else {
        const queue = this.queues.get(routingKey);
        if (queue) found.add(queue);
      }
    }
    return found;
  }

  deadLetter(queue: Queue, { message }: QueuedMessage, reason: DeathReason): void {
    const letter = deadLetter(queue, message, reason);
    if (!letter || (letter.exchange !== '' && !this.exchanges.has(letter.exchange))) return;
    for (const to of this.queuesFor(letter)) if (!isCircle(to, letter)) to.offer(letter);
  }

  private route(
    exchange: Exchange,
    routingKey: string,
    message: Pick<StoredMessage, 'headers'>,
    found: Set<Queue>,
    visited: Set<Exchange>,
  ): void {
    visited.add(exchange);
    const next = (to: Exchange | undefined): void => {
      if (to && !visited.has(to)) this.route(to, routingKey, message, found, visited);
    };
    let isBound = false;
    exchange.route(routingKey, message, ({ destination }: Binding) => {
      isBound = true;
      if (destination instanceof Queue) found.add(destination);
      else next(destination);
    });
    if (!isBound && exchange.alternate !== undefined) next(this.exchanges.get(exchange.alternate));
  }

  private exchangeTerms(name: string, type: string, declaration: ExchangeDeclaration): ExchangeTerms {
    const { durable = true, autoDelete = false, arguments: given = {} } = declaration;
    for (const [key, value] of Object.entries(given)) {
      if (value === undefined) continue;
      const exchange = described('exchange', name, this.name);
      if (key !== 'alternate-exchange') {
        throw new Refusal(
          406,
          `the embedded broker does not know the argument '${key}' of ${exchange}: leave it out, or use RabbitMQ`,
        );
      }
      if (typeof value !== 'string')
        throw new Refusal(406, `invalid type '${typeNameOf(value)}' for arg '${key}' in ${exchange}`);
    }
    return { type, durable, autoDelete, arguments: tableOnWire(given) };
  }

  private assertAccess({ name, owner }: Queue, connection: object, isExclusive = owner !== undefined): void {
    if (owner === undefined ? !isExclusive : owner === connection && isExclusive) return;
    throw new Refusal(
      405,
      `cannot obtain exclusive access to locked ${described('queue', name, this.name)}. It could be originally declared on another connection or the exclusive property value does not match that of the original declaration.`,
    );
  }

  private unbindEverywhere(destination: Queue | Exchange): void {
    for (const exchange of this.exchanges.values()) {
      if (exchange.unbindAll(destination)) this.deleteIfUnused(exchange);
    }
  }

  /** Deletes an auto-delete exchange that has no bindings left. */
  private deleteIfUnused(exchange: Exchange): void {
    if (exchange.terms.autoDelete && exchange.isUnbound) this.deleteExchange(exchange.name);
  }
}

/** The routing key of a message, and those of its CC and BCC headers (RabbitMQ's sender-selected distribution). */
function routingKeysOf({ routingKey, headers }: Pick<StoredMessage, 'routingKey' | 'headers'>): string[] {
  const { CC: copies, BCC: blindCopies } = headers;
  if (copies === undefined && blindCopies === undefined) return [routingKey];
  return [routingKey, ...namesIn('CC', copies), ...namesIn('BCC', blindCopies)];
}

function namesIn(header: string, names: unknown): string[] {
  if (names === undefined) return [];
  if (Array.isArray(names)) return names.filter((name) => typeof name === 'string');
  throw new Refusal(406, `invalid message: {unacceptable_type_in_header,"${header}",${typeNameOf(names)}}`);
}

function withoutBlindCopies(message: StoredMessage): StoredMessage {
  if (message.headers['BCC'] === undefined) return message;
  const { BCC: _, ...headers } = message.headers;
  return { ...message, headers, properties: { ...message.properties, headers } };
}

function defaultExchange(): Refusal {
  return new Refusal(403, 'operation not permitted on the default exchange');
}

function reserved(kind: 'queue' | 'exchange', name: string): Refusal {
  return new Refusal(403, `${kind} name '${name}' contains reserved prefix 'amq.*'`);
}
