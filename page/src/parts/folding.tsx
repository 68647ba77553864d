import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';

interface FoldingProps {
  readonly title: ComponentChildren;
  readonly isOpen?: boolean;
  readonly class?: string;
  /** Called when it is open only, so that what is folded costs nothing. */
  readonly children: () => ComponentChildren;
}

/** A part that can be unfolded. */
export function Folding({ title, isOpen = false, class: name, children }: FoldingProps): JSX.Element {
  const [open, setOpen] = useState(isOpen);
  return (
    <details class={name} open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{title}</summary>
      {open && children()}
    </details>
  );
}
