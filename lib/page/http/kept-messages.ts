import type { KeptDeliveries, KeptDelivery } from '../actions/page-actions.js';
import { toError } from '../../exceptions/index.js';
import type { CollectedMessages } from '../feed/messages/collected-messages.js';
import type { ShownMessages } from '../feed/messages/shown-messages.js';
import type { MessageRecord } from '../protocol.js';

/** The messages that are kept, for actions. */
export class KeptMessages implements KeptDeliveries {
  constructor(
    private readonly collected: CollectedMessages,
    private readonly shown: ShownMessages,
  ) {}

  delivery(seq: number): KeptDelivery | undefined {
    const entry = this.collected.ring.get(seq);
    if (!entry) return undefined;
    const { bus, context } = entry.init;
    return { bus, outcome: entry.outcome, ...(context && { context }) };
  }

  handAgain(seq: number): ReturnType<KeptDeliveries['handAgain']> {
    const { collected, shown } = this;
    const before = collected.ring.get(seq);
    if (!before) throw new RangeError(`The page does not keep message number ${seq} any more`);
    const entry = collected.add({ ...before.init, isAgain: true });
    return (outcome, milliseconds, error): MessageRecord => {
      const thrown = error === undefined ? undefined : toError(error);
      collected.settle(entry, { outcome, milliseconds, error: thrown });
      return shown.record(entry);
    };
  }
}
