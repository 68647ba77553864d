import type { JSX } from 'preact';
import { useContext, useState } from 'preact/hooks';
import type { MessageDetail, MessageOutcome, Visitor } from '../../../../lib/page/protocol.js';
import { PageContext } from '../../page.js';
import { CopyButton } from '../../parts/copy-button.js';
import { Icon } from '../../parts/icon.js';
import { asCurl, asJsonLine, asTestCase } from '../../text/copies.js';

interface DetailActionsProps {
  readonly detail: MessageDetail;
  readonly outcome?: MessageOutcome;
  readonly visitor?: Visitor;
}

/** Copies a message in several forms, and hands a failed message to its handler again. */
export function DetailActions({ detail, outcome, visitor }: DetailActionsProps): JSX.Element {
  const curl = asCurl(detail);
  return (
    <div class="actions" role="group" aria-label="Copy and act">
      {visitor?.actions && outcome === 'failed' && <HandAgainButton seq={detail.record.seq} />}
      <CopyButton what="JSON line" text={() => asJsonLine(detail)} />
      {curl && <CopyButton what="curl" text={() => curl} />}
      <CopyButton what="test case" text={() => asTestCase(detail)} />
    </div>
  );
}

function HandAgainButton({ seq }: { seq: number }): JSX.Element {
  const page = useContext(PageContext);
  const [isAwaited, setAwaited] = useState(false);
  const handAgain = async (): Promise<void> => {
    setAwaited(true);
    await page.act('handle', { seq });
    setAwaited(false);
  };
  return (
    <button
      type="button"
      class="button is-action"
      title="In this process only: nothing changes in the queue."
      disabled={isAwaited}
      onClick={() => void handAgain()}
    >
      <Icon name="again" /> Hand to the handler again
    </button>
  );
}
