import type { ConsumerTopology } from 'nestjs-fedora-messaging';

/** The queues of the notifier, from the environment: staging and production differ in the name of the queue. */
export function topologiesOf({ NOTIFIER_QUEUE = 'sample-notifier' }: NodeJS.ProcessEnv): {
  updates: ConsumerTopology;
} {
  return {
    updates: {
      queues: { [NOTIFIER_QUEUE]: { durable: true, autoDelete: false, exclusive: false, arguments: {} } },
      bindings: [{ exchange: 'amq.topic', routingKeys: ['updates.#'] }],
      onError: 'retry',
      retry: { attempts: 3, delay: 500 },
    },
  };
}
