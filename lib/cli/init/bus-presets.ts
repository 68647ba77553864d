/** What is known of a bus before anything is configured. */
export interface BusPreset {
  /** The name for people. */
  readonly title: string;
  readonly amqpUrl: string;
  /** The routing key that gets all messages of the bus, and one that gets those of one application. */
  readonly allTopics: string;
  readonly someTopics: string;
  /** The names of the files with which everybody logs in; undefined where nobody needs any. */
  readonly certificates: CertificateNames | undefined;
}

/** The names of the files, as the package of the Python library has them. */
export interface CertificateNames {
  readonly caCert: string;
  readonly certfile: string;
  readonly keyfile: string;
}

/** The buses that a newcomer may use, by the name that the option takes. */
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
