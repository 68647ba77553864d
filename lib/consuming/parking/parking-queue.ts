import { setTimeout as delay } from 'node:timers/promises';
import {
  type BrokerConnection,
  type Channel,
  closeChannel,
  type GotMessage,
  type OpenConnection,
  type Outbox,
  type Publication,
  reasonOf,
  ReplyCode,
  replyCodeOf,
} from '../../broker/index.js';
import { ConsumeException, PermissionException } from '../../exceptions/index.js';
import { copyFor, unwritableHeaders } from '../failure/failed-copy.js';
import { returnsOf, stayingHeaders } from '../failure/retry-headers.js';

/** How long the broker may take to confirm a copy. */
const PUBLISH_TIMEOUT_MS = 30_000;
/** How long messages may take to be back in the queue. */
const BACK_TIMEOUT_MS = 2_000;
/** How often the broker is asked for them meanwhile. */
const BACK_POLL_MS = 10;

/** The parking queue of one consumed queue, at the broker. */
export class ParkingQueue {
  constructor(
    /** The queue that is consumed. */
    readonly queue: string,
    readonly name: string,
    private readonly connection: BrokerConnection,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Goes through the messages that wait now, the oldest first. If the process dies meanwhile, no message is lost:
   * unacknowledged messages go back to their places.
   *
   * @param limit the maximum number of messages
   * @param leaves says whether a message is finished and leaves the queue
   * @throws ConsumeException when the queue can't be read, for example because it does not exist
   * @throws PermissionException when the user may not read it
   * @throws ConnectionException when there is no connection, and none can be made
   * @throws the error of `leaves`, which ends the walk
   */
  async walk(limit: number, leaves: (message: GotMessage) => boolean | Promise<boolean>): Promise<void> {
    const opened = await this.connection.connect();
    const channel = await opened.openChannel();
    // The failing operation reports why the channel was closed.
    channel.on('error', () => undefined);
    let staying = 0;
    try {
      let rest = limit;
      while (rest > 0) {
        const message = await this.next(channel);
        if (!message) return;
        // Messages that arrive meanwhile are left out: messages that are given back and parked again would never end.
        rest = Math.min(rest - 1, message.fields.messageCount);
        if ((await leaves(message)) || (await this.renew(message))) this.acknowledge(channel, message);
        else staying++;
      }
    } finally {
      await closeChannel(channel);
      await this.whenBack(opened, staying);
    }
  }

  /**
   * Resolves when as many messages wait in the queue as were looked at and stay: a quorum queue takes them back some time
   * after their channel is closed, and would seem empty until then. Somebody else may take them out meanwhile, so the wait
   * has a limit.
   */
  private async whenBack(opened: OpenConnection, count: number): Promise<void> {
    if (count === 0) return;
    const channel = await opened.openChannel();
    channel.on('error', () => undefined);
    const until = performance.now() + BACK_TIMEOUT_MS;
    try {
      while ((await channel.checkQueue(this.name)).messageCount < count && performance.now() < until)
        await delay(BACK_POLL_MS);
    } finally {
      await closeChannel(channel);
    }
  }

  /**
   * Puts a copy of a message into a queue; resolves when the broker has it.
   *
   * @throws the errors of publishing
   */
  async put(queue: string, message: GotMessage, headers: Record<string, unknown>): Promise<void> {
    const copy: Publication = copyFor(queue, message, headers);
    const refusal = unwritableHeaders(copy);
    if (refusal) throw refusal;
    await this.outbox.publish(copy, PUBLISH_TIMEOUT_MS);
  }

  /**
   * Replaces a message that has come back to the queue before by a copy at the queue's end, whose count begins anew.
   * RabbitMQ 4 drops a message from a quorum queue after 20 returns, so looking at it too often would lose it.
   *
   * @returns whether it was replaced
   */
  private async renew(message: GotMessage): Promise<boolean> {
    if (returnsOf(message) === 0) return false;
    await this.put(this.name, message, stayingHeaders(message));
    return true;
  }

  private async next(channel: Channel): Promise<GotMessage | false> {
    try {
      return await channel.get(this.name);
    } catch (error) {
      throw this.refusal(error);
    }
  }

  private acknowledge(channel: Channel, message: GotMessage): void {
    try {
      channel.ack(message);
    } catch (error) {
      throw this.refusal(error);
    }
  }

  private refusal(error: unknown): Error {
    switch (replyCodeOf(error)) {
      case ReplyCode.NOT_FOUND:
        return new ConsumeException(
          `There is no queue '${this.name}': no consumer of queue '${this.queue}' with onError 'retry' has declared it, or that consumer names another 'parkingQueue'`,
          { cause: error },
        );
      case ReplyCode.ACCESS_REFUSED:
        return new PermissionException('queue', { name: this.name }, reasonOf(error), { cause: error });
      default:
        return new ConsumeException(`The queue '${this.name}' can't be read: ${reasonOf(error)}`, {
          cause: error,
        });
    }
  }
}
