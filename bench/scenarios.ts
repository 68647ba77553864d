import type { ConsumeTask, LatencyTask, PublishTask } from './contender/protocol.js';

/** The task of a scenario for every contender. Topic and number of messages are added when it runs. */
export type Scenario = PublishScenario | ConsumeScenario | LatencyScenario;

interface ScenarioBase {
  /** The name that `--scenario` selects by. */
  readonly name: string;
  readonly title: string;
  readonly bodySize: number;
  /**
   * The number of parts of a round; in each part all contenders have their turn. On a machine that changes from second
   * to second, many short parts say more than a few long parts.
   */
  readonly parts: number;
  /** The number of measured messages in a part. */
  readonly count: number;
  /** The number of rounds of each sitting that only warm up. */
  readonly warmUpRounds: number;
}

export interface PublishScenario extends ScenarioBase, Pick<PublishTask, 'inFlight'> {
  readonly kind: 'publish';
  /** Whether a queue gets the messages; otherwise the broker confirms and forgets them. */
  readonly isRouted: boolean;
}

export interface ConsumeScenario
  extends ScenarioBase, Pick<ConsumeTask, 'prefetch' | 'validation' | 'enhancers'> {
  readonly kind: 'consume';
}

export interface LatencyScenario extends ScenarioBase, Pick<LatencyTask, 'prefetch' | 'rate'> {
  readonly kind: 'latency';
}

const SMALL = 200;
const MANY = 250;
/** A service runs for months, so its first rounds, while V8 still compiles, say little about it. */
const WARM_UP_ROUNDS = 3;

const publish = {
  kind: 'publish',
  bodySize: SMALL,
  inFlight: MANY,
  isRouted: true,
  parts: 4,
  warmUpRounds: WARM_UP_ROUNDS,
} as const;
const consume = {
  kind: 'consume',
  bodySize: SMALL,
  prefetch: 25,
  validation: 'json-schema',
  enhancers: false,
  parts: 4,
  warmUpRounds: WARM_UP_ROUNDS,
} as const;

/**
 * With a small window both sides wait for each other all the time, and that time differs most: 2,500 messages take from
 * 0.1 to 0.6 seconds. Longer parts differ less, and one round of them is enough to warm up.
 */
const WINDOWS = [
  { prefetch: 10, parts: 10, count: 10_000, warmUpRounds: 1 },
  { prefetch: 25, parts: 8, count: 2_500, warmUpRounds: WARM_UP_ROUNDS },
  { prefetch: 250, parts: 4, count: 5_000, warmUpRounds: WARM_UP_ROUNDS },
];

/**
 * The sizes of the larger bodies, and the number of measured messages of each size. Publishing 1 MB takes some hundred
 * messages until the allocator keeps the memory that it needs.
 */
const SIZES = [
  { size: '2-kb', title: '2 KB', bodySize: 2_000, parts: 4, count: 2_500, warmUpRounds: WARM_UP_ROUNDS },
  { size: '64-kb', title: '64 KB', bodySize: 64_000, parts: 2, count: 1_000, warmUpRounds: WARM_UP_ROUNDS },
  { size: '1-mb', title: '1 MB', bodySize: 1_000_000, parts: 1, count: 100, warmUpRounds: 6 },
];

export const SCENARIOS: readonly Scenario[] = [
  {
    ...publish,
    name: 'publish-one-by-one',
    title: 'publish, one after the other',
    inFlight: 1,
    count: 1_250,
  },
  { ...publish, name: 'publish-in-flight', title: `publish, ${MANY} in flight`, count: 2_500 },
  {
    ...publish,
    name: 'publish-to-nowhere',
    title: 'publish to nowhere: CPU a message',
    isRouted: false,
    count: 5_000,
  },
  ...WINDOWS.map(({ prefetch, ...measured }): Scenario => ({
    ...consume,
    ...measured,
    name: `consume-prefetch-${prefetch}`,
    title: `consume, JSON Schema, prefetch ${prefetch}`,
    prefetch,
  })),
  {
    ...consume,
    name: 'consume-class-validator',
    title: 'consume, class-validator, prefetch 25',
    validation: 'class-validator',
    count: 2_500,
  },
  {
    ...consume,
    name: 'consume-enhancers',
    title: 'consume, JSON Schema, prefetch 25, guard and interceptor',
    enhancers: true,
    count: 2_500,
  },
  {
    kind: 'latency',
    name: 'latency',
    title: 'end to end at 1,000 messages a second',
    bodySize: SMALL,
    prefetch: 25,
    rate: 1_000,
    parts: 8,
    count: 2_000,
    // A round has 16,000 messages, which is enough.
    warmUpRounds: 1,
  },
  ...SIZES.map(({ size, title, ...sized }): Scenario => ({
    ...publish,
    ...sized,
    name: `publish-in-flight-${size}`,
    title: `publish, ${MANY} in flight, bodies of ${title}`,
  })),
  ...SIZES.map(({ size, title, bodySize, parts, count }): Scenario => ({
    ...consume,
    name: `consume-${size}`,
    title: `consume, JSON Schema, prefetch 25, bodies of ${title}`,
    bodySize,
    parts,
    count,
  })),
];

/** The largest number of messages that a quick run measures: all its scenarios must end within two minutes. */
const QUICK_COUNT = 2_000;

/** A tenth of the messages of a round, and at most {@link QUICK_COUNT}, in one part. */
export function quick(scenario: Scenario): Scenario {
  const count = Math.min(Math.ceil((scenario.parts * scenario.count) / 10), QUICK_COUNT);
  return { ...scenario, parts: 1, count, warmUpRounds: 1 };
}
