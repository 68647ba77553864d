/** The kind of an AMQP object that was declared or accessed. @publicApi */
export type AmqpObjectType = 'queue' | 'exchange' | 'binding' | 'consumer';

/** The name and settings of the object that was declared or accessed, as sent to the broker. @publicApi */
export type AmqpObjectDescription = Record<string, unknown>;
