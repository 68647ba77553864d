import { isDeepStrictEqual } from 'node:util';
import type { Options } from 'amqplib';
import { ReplyCode } from './reply-code.js';

interface Declared {
  readonly settings: object;
  /** The connection that the queue is exclusive to. */
  readonly owner: object | undefined;
}

/** What queues were declared as, and by whom: the engine takes any other declaration of them, by anybody. */
export class EmbeddedDeclarations {
  private readonly queues = new Map<string, Declared>();

  constructor(private readonly hasQueue: (name: string) => boolean) {}

  /** @throws Error with the reply code with which RabbitMQ refuses */
  assertSame(name: string, options: Options.AssertQueue, connection: object): void {
    this.assertAccess(name, connection);
    const declared = this.declaredAs(name);
    if (!declared || isDeepStrictEqual(declared.settings, settingsOf(options))) return;
    throw refusal(
      ReplyCode.PRECONDITION_FAILED,
      `PRECONDITION_FAILED - inequivalent arguments for queue '${name}'`,
    );
  }

  /** @throws Error with the reply code with which RabbitMQ refuses */
  assertAccess(name: string, connection: object): void {
    const owner = this.declaredAs(name)?.owner;
    if (owner === undefined || owner === connection) return;
    throw refusal(
      ReplyCode.RESOURCE_LOCKED,
      `RESOURCE_LOCKED - cannot obtain exclusive access to locked queue '${name}'`,
    );
  }

  declared(name: string, options: Options.AssertQueue, connection: object): void {
    this.queues.set(name, {
      settings: settingsOf(options),
      owner: options.exclusive ? connection : undefined,
    });
  }

  private declaredAs(name: string): Declared | undefined {
    if (this.hasQueue(name)) return this.queues.get(name);
    this.queues.delete(name);
    return undefined;
  }
}

function settingsOf(options: Options.AssertQueue): object {
  const { durable = true, autoDelete = false, exclusive = false } = options;
  return { durable, autoDelete, exclusive, arguments: { ...(options.arguments as object | undefined) } };
}

function refusal(code: number, reason: string): Error {
  return Object.assign(new Error(`Operation failed: ${code} with message "${reason}"`), { code });
}
