/** The kinds of AMQP object that are declared or accessed. @publicApi */
export type AmqpObjectType = 'queue' | 'exchange' | 'binding';

/** What was being declared or accessed: its name and settings, as given to the broker. @publicApi */
export type AmqpObjectDescription = Record<string, unknown>;
