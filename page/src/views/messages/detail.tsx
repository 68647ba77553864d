import type { JSX } from 'preact';
import { useContext, useLayoutEffect, useRef } from 'preact/hooks';
import type { MessageDetail, MessageRecord, Visitor } from '../../../../lib/page/protocol.js';
import { PageContext } from '../../page.js';
import { Answer } from '../../parts/answer.js';
import { Icon } from '../../parts/icon.js';
import { OutcomeMark } from '../../parts/outcome-mark.js';
import { SeverityMark } from '../../parts/severity-mark.js';
import { Time } from '../../parts/time.js';
import type { Fetched } from '../../state/state.js';
import { duration } from '../../text/numbers.js';
import { DetailActions } from './detail-actions.js';
import { DetailContents } from './detail-contents.js';
import { DetailFacts } from './detail-facts.js';

interface DetailProps {
  /** Undefined when the message is not, or no longer, in the list. */
  readonly record?: MessageRecord;
  readonly answer: Fetched<MessageDetail>;
  readonly visitor?: Visitor;
}

/** One message in full. It takes the focus; a component for each message. */
export function Detail({ record: listed, answer, visitor }: DetailProps): JSX.Element {
  const page = useContext(PageContext);
  const heading = useRef<HTMLHeadingElement>(null);
  // On a narrow screen the message covers the list.
  useLayoutEffect(() => heading.current!.focus(), []);
  const record =
    listed ?? (typeof answer === 'object' && 'value' in answer ? answer.value.record : undefined);
  return (
    <article class="detail" aria-label="Message">
      <header class="detail-head">
        {record && (
          <p class="detail-line">
            <OutcomeMark outcome={record.outcome} />
            {record.milliseconds !== undefined && <span>{duration(record.milliseconds)}</span>}
            <SeverityMark severity={record.severity} />
            <Time at={record.receivedAt} hasDay />
          </p>
        )}
        <button type="button" class="quiet" aria-label="Close (Esc)" onClick={() => page.closeDetail()}>
          <Icon name="close" />
        </button>
        <h2 dir="auto" ref={heading} tabIndex={-1}>
          {record?.summary ?? 'Message'}
        </h2>
      </header>
      <div class="detail-body">
        {record && <DetailFacts record={record} />}
        <Answer answer={answer}>
          {(detail) => (
            <>
              <DetailActions detail={detail} outcome={record?.outcome} visitor={visitor} />
              <DetailContents detail={detail} />
            </>
          )}
        </Answer>
      </div>
    </article>
  );
}
