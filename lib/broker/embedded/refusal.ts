/** The names of the reply codes with which the embedded broker refuses, as RabbitMQ writes them in its texts. */
const NAMES = {
  403: 'ACCESS_REFUSED',
  404: 'NOT_FOUND',
  405: 'RESOURCE_LOCKED',
  406: 'PRECONDITION_FAILED',
  503: 'COMMAND_INVALID',
} as const;

/** From this code on, an AMQP error closes the connection, not only the channel. */
const MIN_HARD_ERROR = 500;

type RefusalCode = keyof typeof NAMES;

/** The broker refuses an operation, in RabbitMQ's words. It closes the channel, or for some codes the connection. */
export class Refusal extends Error {
  /** @param reason the text that RabbitMQ sends, without the name of the code */
  constructor(
    readonly code: RefusalCode,
    reason: string,
  ) {
    super(`${NAMES[code]} - ${reason}`);
  }

  get closesConnection(): boolean {
    return this.code >= MIN_HARD_ERROR;
  }

  /** The error with which amqplib rejects the operation that was refused. */
  ofOperation(method: string): Error {
    return this.withCode(`Operation failed: ${method}; ${this.described}`);
  }

  /** The error that amqplib's channel emits. */
  ofChannel(): Error {
    return this.withCode(`Channel closed by server: ${this.described}`);
  }

  /** The error that amqplib's connection emits. */
  ofConnection(): Error {
    return this.withCode(`Connection closed: ${this.described}`);
  }

  private get described(): string {
    return `${this.code} (${NAMES[this.code].replaceAll('_', '-')}) with message "${this.message}"`;
  }

  private withCode(text: string): Error {
    return Object.assign(new Error(text), { code: this.code });
  }
}

/** A name as RabbitMQ writes it in its texts. */
export function described(kind: 'queue' | 'exchange', name: string, vhost: string): string {
  return `${kind} '${name}' in vhost '${vhost}'`;
}

export function notFound(kind: 'queue' | 'exchange', name: string, vhost: string): Refusal {
  return new Refusal(404, `no ${described(kind, name, vhost)}`);
}
