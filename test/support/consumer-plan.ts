import type { ConsumerPlan } from '../../lib/consuming/consumer-plan.js';

/** A consumer of a durable queue, with no bindings, one message at a time. */
export function planOf(plan: Partial<ConsumerPlan> = {}): ConsumerPlan {
  return {
    queue: 'orders',
    options: { durable: true, autoDelete: false, exclusive: false, arguments: {} },
    bindings: [],
    consumeArguments: {},
    auxiliaryQueues: [],
    prefetchCount: 10,
    concurrency: 1,
    ...plan,
  };
}
