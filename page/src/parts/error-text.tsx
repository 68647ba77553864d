import type { JSX } from 'preact';
import type { ErrorDetail } from '../../../lib/page/protocol.js';
import { Folding } from './folding.js';

/** An error, with its stack on demand. */
export function ErrorText({ error: { text, stack } }: { error: ErrorDetail }): JSX.Element {
  return (
    <div class="error-text">
      <p>{text}</p>
      {stack && <Folding title="Stack">{() => <pre>{stack}</pre>}</Folding>}
    </div>
  );
}
