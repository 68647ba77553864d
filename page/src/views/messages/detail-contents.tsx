import type { JSX } from 'preact';
import type { MessageDetail } from '../../../../lib/page/protocol.js';
import { ErrorText } from '../../parts/error-text.js';
import { JsonTree, type Mark } from '../../parts/json-tree.js';
import { nearestPointer } from '../../text/json-pointer.js';

/** What is wrong with a message, its text, body and headers. */
export function DetailContents({ detail }: { detail: MessageDetail }): JSX.Element {
  const { text, body, headers, properties, failures, error, record, isRedacted } = detail;
  const marks: Mark[] = failures.map(({ path, message }) => ({
    pointer: nearestPointer({ body, headers, topic: record.topic }, path),
    message,
  }));
  return (
    <>
      {failures.length > 0 && (
        <section class="failures">
          <h3>Does not conform to its schema</h3>
          <ul>
            {failures.map(({ path, message }) => (
              <li key={`${path} ${message}`}>
                <code>{path || 'message'}</code> {message}
              </li>
            ))}
          </ul>
        </section>
      )}
      {error && (
        <section>
          <h3>Error</h3>
          <ErrorText error={error} />
        </section>
      )}
      {text && text !== record.summary && (
        <section>
          <h3>Text</h3>
          {/* It scrolls, so the keyboard must reach it. */}
          <pre class="message-text" dir="auto" role="region" aria-label="Text" tabIndex={0}>
            {text}
          </pre>
        </section>
      )}
      {isRedacted && <p class="hint">The application hides parts of this message.</p>}
      <Contents title="Body" value={body} pointer="/body" marks={marks} />
      <Contents title="Headers" value={headers} pointer="/headers" marks={marks} />
      {Object.keys(properties).length > 0 && (
        <Contents title="Properties" value={properties} pointer="/properties" marks={[]} />
      )}
    </>
  );
}

interface ContentsProps {
  readonly title: string;
  readonly value: unknown;
  readonly pointer: string;
  readonly marks: readonly Mark[];
}

function Contents({ title, value, pointer, marks }: ContentsProps): JSX.Element {
  return (
    <section>
      <h3>{title}</h3>
      {value === undefined ? (
        <p class="hint">Hidden; the application's log may say why.</p>
      ) : (
        <JsonTree value={value} pointer={pointer} marks={marks} />
      )}
    </section>
  );
}
