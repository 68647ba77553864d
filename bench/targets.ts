/** A limit for a ratio to another contender. */
export interface Target {
  readonly bound: 'at least' | 'at most';
  readonly ratio: number;
}

const atLeast = (ratio: number): Target => ({ bound: 'at least', ratio });
const atMost = (ratio: number): Target => ({ bound: 'at most', ratio });

/**
 * The targets of this library, as ratios to amqplib by hand, by the name of the scenario. Prefetch 10 has no target:
 * the broker sets the limit.
 */
export const TARGETS_TO_AMQPLIB: Readonly<Record<string, Target>> = {
  'consume-prefetch-25': atLeast(1.25),
  'consume-prefetch-250': atLeast(1.25),
  'publish-in-flight': atLeast(1),
  'publish-one-by-one': atLeast(0.9),
  'publish-to-nowhere': atMost(0.85),
  'consume-class-validator': atLeast(1.5),
  latency: atMost(1.2),
};

/** The targets as ratios to `@golevelup/nestjs-rabbitmq`, by the kind of scenario. */
const TO_GOLEVELUP: Readonly<Record<string, number>> = { consume: 1.5, publish: 1.2 };

/** @param isCost whether less is better; then the target is the reciprocal */
export function targetToGolevelup(kind: string, isCost: boolean): Target | undefined {
  const ratio = TO_GOLEVELUP[kind];
  if (ratio === undefined) return undefined;
  return isCost ? atMost(1 / ratio) : atLeast(ratio);
}

export function isMet({ bound, ratio }: Target, measured: number): boolean {
  return bound === 'at least' ? measured >= ratio : measured <= ratio;
}

/** The CPU time a message with the live page, as ratios to that without it. */
export const TARGETS_OF_PAGE = {
  /** While nobody looks, at full speed. */
  unwatched: atMost(1.02),
  /** With one client, at 5,000 messages a second. */
  watched: atMost(1.15),
} as const;
