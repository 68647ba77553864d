import type { ComponentChildren, JSX } from 'preact';
import { Icon, type IconName } from '../../parts/icon.js';

/** Figures of one kind, side by side. */
export function Figures({ title, children }: { title: string; children: ComponentChildren }): JSX.Element {
  return (
    <div class="figures">
      <h4>{title}</h4>
      <dl>{children}</dl>
    </div>
  );
}

interface FigureProps {
  readonly name: string;
  readonly value: string;
  readonly title?: string;
  /** Zeros are shown faint. */
  readonly isZero?: boolean;
  readonly icon?: IconName;
}

export function Figure({ name, value, title, isZero = false, icon }: FigureProps): JSX.Element {
  const names = ['figure', isZero && 'is-zero', icon && `figure-${icon}`].filter(Boolean).join(' ');
  return (
    <div class={names} title={title}>
      <dt>
        {icon && <Icon name={icon} />}
        {name}
      </dt>
      <dd>{value}</dd>
    </div>
  );
}
