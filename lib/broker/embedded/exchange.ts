import { isDeepStrictEqual } from 'node:util';
import type { Table } from '../port.js';
import type { StoredMessage } from './message.js';
import type { Queue } from './queue.js';
import { Refusal } from './refusal.js';
import { typeNameOf } from './tables.js';

/** A binding of a queue, or of another exchange, to an exchange. */
export interface Binding {
  readonly destination: Queue | Exchange;
  readonly routingKey: string;
  readonly arguments: Table;
}

/** Finds the bindings of an exchange that a message matches. */
export interface Router {
  add(binding: Binding): void;
  remove(binding: Binding): void;
  route(routingKey: string, headers: Table, found: (binding: Binding) => void): void;
}

/** The properties that an exchange was declared with. */
export interface ExchangeTerms {
  readonly type: string;
  readonly durable: boolean;
  readonly autoDelete: boolean;
  readonly arguments: Table;
}

/** An exchange and its bindings. */
export class Exchange {
  private readonly router: Router;
  private readonly bindings: Binding[] = [];

  constructor(
    readonly name: string,
    readonly terms: ExchangeTerms,
  ) {
    this.router = routerOf(terms.type);
  }

  /** The exchange that gets messages without a matching binding. */
  get alternate(): string | undefined {
    return this.terms.arguments['alternate-exchange'] as string | undefined;
  }

  /** @throws Refusal when the arguments are wrong for the type of the exchange */
  bind(binding: Binding): void {
    if (this.terms.type === 'headers') assertMatchable(binding.arguments);
    if (this.indexOf(binding) >= 0) return;
    this.bindings.push(binding);
    this.router.add(binding);
  }

  unbind(binding: Binding): void {
    const at = this.indexOf(binding);
    if (at >= 0) this.removeAt(at);
  }

  /**
   * Removes all bindings of a queue or exchange that is gone.
   *
   * @returns whether there were any
   */
  unbindAll(destination: Queue | Exchange): boolean {
    const before = this.bindings.length;
    for (let at = this.bindings.length - 1; at >= 0; at--) {
      if (this.bindings[at]!.destination === destination) this.removeAt(at);
    }
    return this.bindings.length < before;
  }

  get isUnbound(): boolean {
    return this.bindings.length === 0;
  }

  route(
    routingKey: string,
    { headers }: Pick<StoredMessage, 'headers'>,
    found: (binding: Binding) => void,
  ): void {
    this.router.route(routingKey, headers, found);
  }

  private removeAt(at: number): void {
    const [binding] = this.bindings.splice(at, 1);
    this.router.remove(binding!);
  }

  private indexOf({ destination, routingKey, arguments: args }: Binding): number {
    return this.bindings.findIndex(
      (other) =>
        other.destination === destination &&
        other.routingKey === routingKey &&
        isDeepStrictEqual(other.arguments, args),
    );
  }
}

/** Whether the broker has exchanges of a type. */
export function isExchangeType(type: string): boolean {
  return Object.hasOwn(ROUTERS, type);
}

const ROUTERS: Readonly<Record<string, () => Router>> = {
  topic: () => new TopicRouter(),
  direct: () => new DirectRouter(),
  fanout: () => new EveryRouter(() => true),
  headers: () => new EveryRouter(matchesHeaders),
};

function routerOf(type: string): Router {
  return ROUTERS[type]!();
}

interface TopicNode {
  readonly words: Map<string, TopicNode>;
  /** The child for `*`: any single word. */
  star?: TopicNode;
  /** The child for `#`: any number of words, also none. */
  hash?: TopicNode;
  readonly bindings: Set<Binding>;
}

/** A topic exchange's bindings, as a tree of the words of their routing keys: `*` is one word, `#` any number of them. */
class TopicRouter implements Router {
  private readonly root = node();

  add(binding: Binding): void {
    let at = this.root;
    for (const word of patternOf(binding)) at = childOf(at, word);
    at.bindings.add(binding);
  }

  remove(binding: Binding): void {
    removeFrom(this.root, patternOf(binding), 0, binding);
  }

  route(routingKey: string, _headers: unknown, found: (binding: Binding) => void): void {
    visit(this.root, wordsOf(routingKey), 0, found);
  }
}

function node(): TopicNode {
  return { words: new Map(), bindings: new Set() };
}

function childOf(parent: TopicNode, word: string): TopicNode {
  if (word === '*') return (parent.star ??= node());
  if (word === '#') return (parent.hash ??= node());
  let child = parent.words.get(word);
  if (!child) parent.words.set(word, (child = node()));
  return child;
}

/**
 * Removes a binding from a node, and the children that are empty afterwards.
 *
 * @returns whether the node is empty
 */
function removeFrom(at: TopicNode, pattern: readonly string[], index: number, binding: Binding): boolean {
  const word = pattern[index];
  if (word === undefined) at.bindings.delete(binding);
  else if (removeFrom(childOf(at, word), pattern, index + 1, binding)) {
    if (word === '*') delete at.star;
    else if (word === '#') delete at.hash;
    else at.words.delete(word);
  }
  return at.bindings.size + at.words.size === 0 && !at.star && !at.hash;
}

/**
 * The words of a routing key, with several # in a row as one: it would take long to try all ways to divide words among
 * them.
 */
function patternOf({ routingKey }: Binding): string[] {
  return wordsOf(routingKey).filter((word, index, words) => word !== '#' || words[index - 1] !== '#');
}

/** The empty routing key has no words. */
function wordsOf(routingKey: string): string[] {
  return routingKey === '' ? [] : routingKey.split('.');
}

function visit(
  at: TopicNode,
  words: readonly string[],
  index: number,
  found: (binding: Binding) => void,
): void {
  if (index === words.length) {
    for (const binding of at.bindings) found(binding);
  } else {
    const child = at.words.get(words[index]!);
    if (child) visit(child, words, index + 1, found);
    if (at.star) visit(at.star, words, index + 1, found);
  }
  // `#` stands for any number of words: each number is tried.
  if (at.hash) for (let next = index; next <= words.length; next++) visit(at.hash, words, next, found);
}

class DirectRouter implements Router {
  private readonly byRoutingKey = new Map<string, Set<Binding>>();

  add(binding: Binding): void {
    const same = this.byRoutingKey.get(binding.routingKey);
    if (same) same.add(binding);
    else this.byRoutingKey.set(binding.routingKey, new Set([binding]));
  }

  remove(binding: Binding): void {
    const same = this.byRoutingKey.get(binding.routingKey)!;
    same.delete(binding);
    if (same.size === 0) this.byRoutingKey.delete(binding.routingKey);
  }

  route(routingKey: string, _headers: Table, found: (binding: Binding) => void): void {
    for (const binding of this.byRoutingKey.get(routingKey) ?? []) found(binding);
  }
}

/** Tests every binding, without an index. */
class EveryRouter implements Router {
  private readonly bindings = new Set<Binding>();

  constructor(private readonly matches: (args: Table, headers: Table) => boolean) {}

  add(binding: Binding): void {
    this.bindings.add(binding);
  }

  remove(binding: Binding): void {
    this.bindings.delete(binding);
  }

  route(_routingKey: string, headers: Table, found: (binding: Binding) => void): void {
    for (const binding of this.bindings) if (this.matches(binding.arguments, headers)) found(binding);
  }
}

const MATCHES = ['all', 'any', 'all-with-x', 'any-with-x'];

function assertMatchable(args: Table): void {
  const match = args['x-match'] ?? 'all';
  if (typeof match !== 'string') {
    throw new Refusal(
      406,
      `Invalid x-match field type ${typeNameOf(match)} (value ${String(match)}); expected longstr`,
    );
  }
  if (MATCHES.includes(match)) return;
  throw new Refusal(
    406,
    `Invalid x-match field value <<"${match}">>; expected all, any, all-with-x, or any-with-x`,
  );
}

/**
 * Whether a message has all or any of the headers that a binding names. A header that the binding names without a value
 * may have any value.
 */
function matchesHeaders(args: Table, headers: Table): boolean {
  const match = (args['x-match'] as string | undefined) ?? 'all';
  const isNamed = (name: string): boolean =>
    match.endsWith('-with-x') ? name !== 'x-match' : !name.startsWith('x-');
  const isThere = (name: string): boolean =>
    Object.hasOwn(headers, name) && (args[name] === null || isDeepStrictEqual(headers[name], args[name]));
  const names = Object.keys(args).filter(isNamed);
  return match.startsWith('all') ? names.every(isThere) : names.some(isThere);
}
