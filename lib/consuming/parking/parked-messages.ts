import type { BrokerConnection, GotMessage, Outbox } from '../../broker/index.js';
import {
  ConfigurationException,
  ConsumeException,
  shownValue,
  ValidationError,
} from '../../exceptions/index.js';
import { isName, MAX_NAME } from '../../field-tables/index.js';
import type { LibraryLogger } from '../../logging/index.js';
import { dumps, MessageDecoder, type MessageRegistry } from '../../message/index.js';
import { parkingNoteOf, publishersHeaders, returningHeaders } from '../failure/retry-headers.js';
import { parkingQueueOf } from '../failure/retry-queues.js';
import type { ParkedMessage, ParkedSelection } from './parked-message.interface.js';
import { ParkingQueue } from './parking-queue.js';

const DEFAULT_LIMIT = 100;

/**
 * The parked messages of one queue: their handler has failed at every attempt of `onError: 'retry'`.
 * `FedoraMessagingService.parkedMessages()` makes an instance.
 *
 * All methods work while the consumer runs. If the process is killed, the message that it has in hand is still
 * parked, or is duplicated. Messages keep their places, but a quorum queue may move messages that were looked at to
 * its end.
 *
 * All methods throw ConsumeException when the parking queue can't be read, for example because it does not exist,
 * PermissionException when the user may not read it, and ConnectionException when no connection can be made.
 *
 * @publicApi
 */
export class ParkedMessages {
  private readonly parking: ParkingQueue;

  /** @internal `FedoraMessagingService.parkedMessages()` makes it. */
  constructor(
    queue: string,
    parkingQueue: string | undefined,
    connection: BrokerConnection,
    outbox: Outbox,
    private readonly registry: MessageRegistry,
    private readonly logger: LibraryLogger,
  ) {
    for (const name of [queue, parkingQueue ?? '-']) {
      if (typeof name === 'string' && name !== '' && isName(name)) continue;
      throw new ConfigurationException(
        `The parked messages: the name of a queue must be a string of 1 to ${MAX_NAME} bytes, but is ${shownValue(name)}`,
      );
    }
    this.parking = new ParkingQueue(queue, parkingQueue ?? parkingQueueOf(queue), connection, outbox);
  }

  /** The consumed queue whose failed messages are parked. */
  get queue(): string {
    return this.parking.queue;
  }

  /** The queue in which the messages are parked. */
  get parkingQueue(): string {
    return this.parking.name;
  }

  /**
   * Lists the parked messages, the oldest first. They stay parked.
   *
   * @param options how much to list
   * @param options.limit the maximum number of messages. Default: 100
   */
  async list({ limit = DEFAULT_LIMIT }: { readonly limit?: number } = {}): Promise<ParkedMessage[]> {
    if (!Number.isInteger(limit) || limit < 1) {
      throw new ConfigurationException(
        `The parked messages of queue '${this.queue}': 'limit' must be a whole number of at least 1, but is ${shownValue(limit)}`,
      );
    }
    const listed: ParkedMessage[] = [];
    await this.parking.walk(limit, (message) => {
      const { failures, ...note } = parkingNoteOf(message);
      listed.push({ id: idOf(message), ...note, attempts: failures });
      return false;
    });
    return listed;
  }

  /**
   * Gives messages back to their queue, where the attempts start anew.
   *
   * @returns the number of messages
   * @throws PublishReturned, PublishForbidden, PublishTimeout when the queue does not take a message; the others stay
   *   parked
   */
  giveBack(which: ParkedSelection): Promise<number> {
    return this.remove(which, 'given back', (message) =>
      this.parking.put(this.queue, message, returningHeaders(message)),
    );
  }

  /** Deletes messages. @returns the number of messages */
  drop(which: ParkedSelection): Promise<number> {
    return this.remove(which, 'dropped', () => undefined);
  }

  /**
   * Writes messages in the file format, as their publishers sent them, for `loads` and `fedora-messaging publish`.
   *
   * @param write takes the line of one message, with its newline
   * @param options what becomes of the messages
   * @param options.drop whether a message leaves the queue when it is written. Default: false
   * @returns the number of messages written
   * @throws ConsumeException when schemas refuse messages; those stay parked, and all others are written
   */
  async save(
    which: ParkedSelection,
    write: (line: string) => void | Promise<void>,
    { drop = false }: { readonly drop?: boolean } = {},
  ): Promise<number> {
    const decoder = new MessageDecoder(this.registry.gather());
    const invalid: ValidationError[] = [];
    let saved = 0;
    await this.walk(which, async (message) => {
      let line: string;
      try {
        line = this.lineOf(message, decoder);
      } catch (error) {
        if (!(error instanceof ValidationError)) throw error;
        invalid.push(error);
        return false;
      }
      await write(line);
      saved++;
      return drop;
    });
    const [first] = invalid;
    if (first) {
      throw new ConsumeException(
        `Invalid messages are not written and stay parked in queue '${this.parkingQueue}': ${invalid.length}. The first: ${first.message}`,
        { cause: first },
      );
    }
    return saved;
  }

  private async remove(
    which: ParkedSelection,
    what: string,
    action: (message: GotMessage) => void | Promise<void>,
  ): Promise<number> {
    let count = 0;
    try {
      await this.walk(which, async (message) => {
        await action(message);
        count++;
        return true;
      });
    } catch (error) {
      if (count > 0) {
        this.logger.warn(
          `Messages of queue '${this.parkingQueue}' were ${what} before an error stopped the action: ${count}. The other messages stay parked`,
        );
      }
      throw error;
    }
    return count;
  }

  /** Goes through the selected messages; the others stay. */
  private walk(
    which: ParkedSelection,
    leaves: (message: GotMessage) => boolean | Promise<boolean>,
  ): Promise<void> {
    const { id, all } = (which ?? {}) as { id?: unknown; all?: unknown };
    if (all === true ? id !== undefined : typeof id !== 'string') {
      throw new ConfigurationException(
        `The parked messages of queue '${this.queue}': say which with { id: '…' } or { all: true }, not with ${shownValue(which)}`,
      );
    }
    return this.parking.walk(Infinity, (message) => (all || idOf(message) === id ? leaves(message) : false));
  }

  private lineOf(message: GotMessage, decoder: MessageDecoder): string {
    const { content, properties } = message;
    const original = {
      fields: { routingKey: parkingNoteOf(message).topic },
      properties: { ...properties, headers: publishersHeaders(message) },
      content,
    };
    return dumps(decoder.read(original, this.queue));
  }
}

function idOf({ properties }: GotMessage): string | null {
  return properties.messageId ?? null;
}
