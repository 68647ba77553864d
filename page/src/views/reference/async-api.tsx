import type { JSX } from 'preact';
import { CopyButton } from '../../parts/copy-button.js';
import { Icon } from '../../parts/icon.js';
import { JsonTree } from '../../parts/json-tree.js';

interface AsyncApiProps {
  readonly document: unknown;
  /** Why there is no document. */
  readonly error?: string;
}

export function AsyncApi({ document: api, error }: AsyncApiProps): JSX.Element {
  if (api === undefined) {
    return <p class="hint problem">{error ?? 'The application has no AsyncAPI document.'}</p>;
  }
  const text = (): string => JSON.stringify(api, null, 2);
  return (
    <article class="card" aria-label="AsyncAPI document">
      <div class="actions">
        <CopyButton what="JSON" text={text} />
        <button type="button" class="button" onClick={() => save('asyncapi.json', text())}>
          <Icon name="outside" /> Save
        </button>
      </div>
      <JsonTree value={api} pointer="" depth={1} />
    </article>
  );
}

function save(name: string, text: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
