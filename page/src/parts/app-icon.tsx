import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { MessageRecord } from '../../../lib/page/protocol.js';
import { webUrl } from '../text/links.js';

/** Icons that could not be loaded are not asked for again with each message. */
const missing = new Set<string>();
/** The most icons that are remembered as missing: messages may have an icon of their own each. */
const MAX_MISSING = 200;

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
    if (missing.size > MAX_MISSING) missing.delete(missing.values().next().value!);
    setFailures((failures) => failures + 1);
  };
  return <img class="app-icon" src={url} alt="" width="20" height="20" loading="lazy" onError={onError} />;
}
