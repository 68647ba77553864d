import type { ConsumeTask, LatencyTask, PublishTask } from './contender/protocol.js';

/** What a scenario asks of every contender; where and how much is said when it runs. */
export type Scenario = PublishScenario | ConsumeScenario | LatencyScenario;

interface ScenarioBase {
  /** What `--scenario` chooses by. */
  readonly name: string;
  readonly title: string;
  readonly bodySize: number;
  /**
   * In how many parts a round is measured, with all contenders in turn in each. Where a second of the machine is not like the next,
   * many short parts tell more than a few long ones.
   */
  readonly parts: number;
  /** How many messages are measured in a part. */
  readonly count: number;
  /** How many rounds of each sitting only warm up. */
  readonly warmUpRounds: number;
}

export interface PublishScenario extends ScenarioBase, Pick<PublishTask, 'inFlight'> {
  readonly kind: 'publish';
  /** Whether a queue gets the messages; else the broker confirms and forgets them. */
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
/** A service runs for months: what its first rounds take, while V8 still compiles, says little of it. */
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
 * With a small window both sides wait for each other all the time, and how long that takes differs most: 2,500 messages
 * take from 0.1 to 0.6 seconds. Longer parts differ less, and one round of them warms up for long enough.
 */
const WINDOWS = [
  { prefetch: 10, parts: 10, count: 10_000, warmUpRounds: 1 },
  { prefetch: 25, parts: 8, count: 2_500, warmUpRounds: WARM_UP_ROUNDS },
  { prefetch: 250, parts: 4, count: 5_000, warmUpRounds: WARM_UP_ROUNDS },
];

/**
 * The sizes of bodies beyond the smallest, and how many of such messages are measured. Publishing 1 MB takes some hundred
 * messages until the allocator keeps the memory that it needs for them.
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

/** How many messages a quick run measures at most: it has to be done with all scenarios within two minutes. */
const QUICK_COUNT = 2_000;

/** A tenth of the messages of a round, and no more than {@link QUICK_COUNT}, in one part. */
export function quick(scenario: Scenario): Scenario {
  const count = Math.min(Math.ceil((scenario.parts * scenario.count) / 10), QUICK_COUNT);
  return { ...scenario, parts: 1, count, warmUpRounds: 1 };
}
