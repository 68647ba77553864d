import type { JSX } from 'preact';
import type { SeverityName } from '../../../lib/page/protocol.js';

export function SeverityMark({ severity }: { severity: SeverityName }): JSX.Element {
  return <span class={`severity severity-${severity}`}>{severity}</span>;
}
