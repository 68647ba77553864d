import type { ConsumeMessage } from '../../broker/index.js';
import type { DeliveryWatch } from './delivery-watch.js';

/** The consumer argument that says where to begin, and the header with a message's own offset. */
const OFFSET = 'x-stream-offset';

type Arguments = Readonly<Record<string, unknown>>;

/**
 * Where a consumer goes on in its stream: behind the last message of the unbroken run of settled messages. A stream
 * keeps no position for its consumers.
 */
export class StreamPosition {
  private next: number | undefined;

  /** @param given the arguments of the consumer; they say where it begins */
  constructor(private readonly given: Arguments) {}

  /** The arguments with which to subscribe now. */
  get arguments(): Arguments {
    return this.next === undefined ? this.given : { ...this.given, [OFFSET]: this.next };
  }

  /** Every message before `offset` is settled. Runs of earlier channels may say so, too: the last one counts. */
  reached(offset: number): void {
    this.next = Math.max(this.next ?? 0, offset);
  }
}

/** Watches the deliveries of one channel, and moves the position of their consumer. */
export class StreamRun implements DeliveryWatch {
  /** Offsets of unsettled deliveries, by delivery tag in order. */
  private readonly unsettled = new Map<number, number>();
  /** The offset behind the latest delivery. */
  private end = 0;

  /** @param onGivenBack told why the stream has to be read again: it takes nothing back */
  constructor(
    private readonly position: StreamPosition,
    private readonly onGivenBack: (reason: Error) => void,
  ) {}

  delivered(delivery: ConsumeMessage): void {
    const offset = streamOffsetOf(delivery);
    if (offset === undefined) return;
    if (this.unsettled.size === 0) this.position.reached(offset);
    this.unsettled.set(delivery.fields.deliveryTag, offset);
    this.end = offset + 1;
  }

  waits(): void {
    // The delivery stays unsettled, and the position in front of it.
  }

  settled({ fields: { deliveryTag } }: ConsumeMessage, isGone: boolean): void {
    if (!this.unsettled.has(deliveryTag)) return;
    if (!isGone) {
      this.onGivenBack(new Error('a message was given back, so the stream is read again from there'));
      return;
    }
    this.unsettled.delete(deliveryTag);
    const [first = this.end] = this.unsettled.values();
    this.position.reached(first);
  }
}

/** The place of a message in its stream; undefined for a message of a queue. */
function streamOffsetOf({ properties }: ConsumeMessage): number | undefined {
  const offset = properties.headers?.[OFFSET];
  return Number.isSafeInteger(offset) ? (offset as number) : undefined;
}

/** Whether a consumer reads a stream, as far as its options tell. */
export function isStream(queueArguments: Arguments, consumeArguments: Arguments): boolean {
  return queueArguments['x-queue-type'] === 'stream' || Object.hasOwn(consumeArguments, OFFSET);
}
