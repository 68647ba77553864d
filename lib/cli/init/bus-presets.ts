/** A bus that `init` can write a configuration file for. */
export interface BusPreset {
  /** The name for people. */
  readonly title: string;
  readonly amqpUrl: string;
  /** The routing key that matches all messages of the bus. */
  readonly allTopics: string;
  /** A routing key that matches the messages of one application. */
  readonly someTopics: string;
  /** The names of the files with which everybody logs in; undefined if the bus needs no certificate. */
  readonly certificates: CertificateNames | undefined;
}

/** The names of the files in the package of the Python library. */
export interface CertificateNames {
  readonly caCert: string;
  readonly certfile: string;
  readonly keyfile: string;
}

/** The buses that `init` knows, by the value of its option. */
export const BUS_PRESETS = {
  fedora: {
    title: "Fedora's public bus",
    amqpUrl: 'amqps://fedora:@rabbitmq.fedoraproject.org/%2Fpublic_pubsub',
    allTopics: '#',
    someTopics: 'org.fedoraproject.prod.bodhi.#',
    certificates: { caCert: 'cacert.pem', certfile: 'fedora-cert.pem', keyfile: 'fedora-key.pem' },
  },
  'fedora.stg': {
    title: "Fedora's public bus for staging",
    amqpUrl: 'amqps://fedora.stg:@rabbitmq.stg.fedoraproject.org/%2Fpublic_pubsub',
    allTopics: '#',
    someTopics: 'org.fedoraproject.stg.bodhi.#',
    certificates: {
      caCert: 'stg-cacert.pem',
      certfile: 'fedora.stg-cert.pem',
      keyfile: 'fedora.stg-key.pem',
    },
  },
  local: {
    title: 'RabbitMQ on this machine',
    amqpUrl: 'amqp://localhost',
    allTopics: '#',
    someTopics: 'my-application.#',
    certificates: undefined,
  },
} as const satisfies Record<string, BusPreset>;

export type BusName = keyof typeof BUS_PRESETS;
