import type { JSX } from 'preact';
import { memo } from '../../parts/memo.js';
import type { MessageRecord } from '../../../../lib/page/protocol.js';
import { AppIcon } from '../../parts/app-icon.js';
import { OutcomeMark } from '../../parts/outcome-mark.js';
import { SeverityMark } from '../../parts/severity-mark.js';
import { Time } from '../../parts/time.js';
import { hashOf } from '../../state/view.js';
import { duration } from '../../text/numbers.js';
import { topicParts } from '../../text/topics.js';

interface MessageRowProps {
  readonly record: MessageRecord;
  readonly isSelected: boolean;
}

/** A message in two lines: the sentence, and where it comes from. */
export const MessageRow = memo(function MessageRow({ record, isSelected }: MessageRowProps): JSX.Element {
  const { seq, app, summary, topic, agent, outcome, milliseconds, severity, receivedAt, again } = record;
  const { prefix, rest } = topicParts(topic);
  return (
    <a
      class={`row row-${severity}`}
      href={hashOf({ view: 'messages', selected: seq })}
      aria-current={isSelected ? 'true' : undefined}
    >
      <AppIcon app={app} />
      <span class="row-summary" dir="auto">
        {summary}
      </span>
      <span class="row-outcome">
        <OutcomeMark outcome={outcome} />
      </span>
      <span class="row-source">
        <SeverityMark severity={severity} />
        {app?.name && <span class="row-app">{app.name}</span>}
        <span class="row-topic">
          <span class="topic-prefix">{prefix}</span>
          {rest}
        </span>
        {agent && <span class="row-agent">by {agent}</span>}
        {again && <span class="badge">handed again</span>}
      </span>
      <span class="row-end">
        {milliseconds !== undefined && <span class="row-duration">{duration(milliseconds)}</span>}
        <Time at={receivedAt} />
      </span>
    </a>
  );
});
