import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Icon, type IconName } from './icon.js';

interface ActionButtonProps {
  readonly icon: IconName;
  /** The name for screen readers, when the children do not say all. */
  readonly label?: string;
  readonly title?: string;
  /** Resolves when the server has answered. */
  readonly act: () => Promise<void>;
  readonly children: ComponentChildren;
}

/** A button of an action. It is disabled until the server answers, so that a double click acts once. */
export function ActionButton({ icon, label, title, act, children }: ActionButtonProps): JSX.Element {
  const [isAwaited, setAwaited] = useState(false);
  const onClick = async (): Promise<void> => {
    setAwaited(true);
    await act();
    setAwaited(false);
  };
  return (
    <button
      type="button"
      class="button is-action"
      aria-label={label}
      title={title}
      disabled={isAwaited}
      onClick={() => void onClick()}
    >
      <Icon name={icon} /> {children}
    </button>
  );
}
