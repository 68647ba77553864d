import type { JSX } from 'preact';
import type { MessageOutcome } from '../../../lib/page/protocol.js';
import { MEANINGS, outcomeName } from '../text/outcomes.js';
import { Icon } from './icon.js';

export function OutcomeMark({ outcome }: { outcome: MessageOutcome }): JSX.Element {
  return (
    <span class={`outcome outcome-${outcome}`} title={MEANINGS[outcome]}>
      <Icon name={outcome} />
      {outcomeName(outcome)}
    </span>
  );
}
