import type { JSX } from 'preact';
import { useContext } from 'preact/hooks';
import { PageContext } from '../page.js';
import { Icon } from './icon.js';

interface CopyButtonProps {
  /** What is copied, for the button and the notice: `JSON line`. */
  readonly what: string;
  readonly text: () => string;
}

export function CopyButton({ what, text }: CopyButtonProps): JSX.Element {
  const page = useContext(PageContext);
  return (
    <button
      type="button"
      class="button"
      aria-label={`Copy as ${what}`}
      onClick={() => void page.copy(text(), what)}
    >
      <Icon name="copy" /> {what}
    </button>
  );
}
