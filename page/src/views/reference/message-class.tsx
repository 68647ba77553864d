import type { JSX } from 'preact';
import { useContext } from 'preact/hooks';
import type { MessageClassReference } from '../../../../lib/page/reference-protocol.js';
import { PageContext } from '../../page.js';
import { ActionButton } from '../../parts/action-button.js';
import { CopyButton } from '../../parts/copy-button.js';
import { Folding } from '../../parts/folding.js';
import { JsonTree } from '../../parts/json-tree.js';
import { SeverityMark } from '../../parts/severity-mark.js';
import type { Bus } from '../../state/state.js';

interface MessageClassProps {
  readonly messageClass: MessageClassReference;
  readonly bus?: Bus;
}

export function MessageClass({ messageClass, bus }: MessageClassProps): JSX.Element {
  const { name, schema, topic, severity, isDeprecated, bodySchema, example } = messageClass;
  return (
    <article class="card" aria-label={`Message class ${name}`}>
      <header>
        <h3>{name}</h3>
        <SeverityMark severity={severity} />
        {isDeprecated && <span class="badge">deprecated</span>}
      </header>
      <dl class="facts">
        <div>
          <dt>Topic</dt>
          <dd>
            <code>{topic}</code>
          </dd>
        </div>
        <div>
          <dt>Schema</dt>
          <dd>
            <code>{schema}</code>
          </dd>
        </div>
      </dl>
      {example !== undefined && (
        <Folding title="Example">
          {() => (
            <>
              <pre>{JSON.stringify(example, null, 2)}</pre>
              <CopyButton what="JSON" text={() => JSON.stringify(example, null, 2)} />
            </>
          )}
        </Folding>
      )}
      {bodySchema !== undefined && (
        <Folding title="Schema of the body">
          {() => <JsonTree value={bodySchema} pointer="" depth={4} />}
        </Folding>
      )}
      {bus?.visitor.actions && example !== undefined && <PublishButtons schema={schema} buses={bus.buses} />}
    </article>
  );
}

/** A button for each bus. */
function PublishButtons({ schema, buses }: { schema: string; buses: readonly string[] }): JSX.Element {
  const page = useContext(PageContext);
  return (
    <div class="actions">
      {buses.map((bus) => (
        <ActionButton key={bus} icon="send" act={() => page.act('publish', { bus, schema })}>
          Publish the example{buses.length > 1 && ` on ${bus}`}
        </ActionButton>
      ))}
    </div>
  );
}
