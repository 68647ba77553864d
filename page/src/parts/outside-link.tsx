import type { ComponentChildren, JSX } from 'preact';
import { webUrl } from '../text/links.js';
import { Icon } from './icon.js';

/** A link to another site; the plain text when the URL is not one of http or https. */
export function OutsideLink({ url, children }: { url: string; children: ComponentChildren }): JSX.Element {
  const href = webUrl(url);
  if (href === undefined) return <span>{children}</span>;
  return (
    <a class="outside" href={href} target="_blank" rel="noopener noreferrer">
      {children} <Icon name="outside" />
      <span class="unseen"> (opens a new tab)</span>
    </a>
  );
}
