import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { MessageRecord } from '../../../lib/page/protocol.js';
import { webUrl } from '../text/links.js';

/** Icons that could not be loaded are not asked for again with each message. */
const missing = new Set<string>();

/** The icon of the application that sent a message, or its first letter. The name of the application is next to it. */
export function AppIcon({ app }: Pick<MessageRecord, 'app'>): JSX.Element {
  const [, setFailures] = useState(0);
  const url = webUrl(app?.icon);
  // The content security policy allows https only.
  if (!url?.startsWith('https:') || missing.has(url)) {
    return (
      <span class="app-icon app-letter" aria-hidden="true">
        {(app?.name ?? '·').slice(0, 1).toUpperCase()}
      </span>
    );
  }
  const onError = (): void => {
    missing.add(url);
    setFailures((failures) => failures + 1);
  };
  return <img class="app-icon" src={url} alt="" width="20" height="20" loading="lazy" onError={onError} />;
}
