import type { JSX } from 'preact';
import { useContext } from 'preact/hooks';
import { PageContext } from '../../page.js';
import { Icon } from '../../parts/icon.js';
import type { Bus } from '../../state/state.js';
import type { Stream } from '../../state/stream.js';
import { count, counted } from '../../text/numbers.js';

interface StreamBarProps {
  readonly stream: Stream;
  readonly bufferSize?: Bus['bufferSize'];
}

/** Pauses the list, and says what waits and what was left out. */
export function StreamBar({ stream, bufferSize }: StreamBarProps): JSX.Element {
  const page = useContext(PageContext);
  const { pause, waiting, shown, leftOut } = stream;
  const limit = bufferSize && `The application keeps the last ${counted(bufferSize.maxMessages, 'message')}.`;
  return (
    <div class="stream-bar">
      <button
        type="button"
        class={pause ? 'button is-paused' : 'button'}
        title={pause ? 'Go on (space)' : 'Pause (space)'}
        onClick={() => page.togglePause()}
      >
        <Icon name={pause ? 'play' : 'pause'} />
        {pause ? 'Go on' : 'Pause'}
        {pause && <span class="waiting">{count(waiting.length)} waiting</span>}
      </button>
      {pause === 'reading' && <span class="hint">Paused while you read.</span>}
      <p class="stream-counts">
        <span title={limit}>{counted(shown.length, 'message')}</span>
        {leftOut > 0 && (
          <span class="left-out" title="More came than the page shows. Filters choose what you want to see.">
            <b>{count(leftOut)}</b> left out
          </span>
        )}
      </p>
    </div>
  );
}
