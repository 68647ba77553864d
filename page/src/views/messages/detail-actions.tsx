import type { JSX } from 'preact';
import { useContext } from 'preact/hooks';
import type { MessageDetail, MessageOutcome, Visitor } from '../../../../lib/page/protocol.js';
import { PageContext } from '../../page.js';
import { ActionButton } from '../../parts/action-button.js';
import { CopyButton } from '../../parts/copy-button.js';
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
  return (
    <ActionButton
      icon="again"
      title="In this process only: nothing changes in the queue."
      act={() => page.act('handle', { seq })}
    >
      Hand to the handler again
    </ActionButton>
  );
}
