import type { JSX } from 'preact';
import type { Reference } from '../../../../lib/page/reference-protocol.js';
import { Answer } from '../../parts/answer.js';
import type { Bus, Fetched } from '../../state/state.js';
import { AsyncApi } from './async-api.js';
import { MessageClass } from './message-class.js';

interface ReferenceViewProps {
  readonly reference?: Fetched<Reference>;
  readonly bus?: Bus;
}

/** The message classes of the application, and its AsyncAPI document. */
export function ReferenceView({ reference, bus }: ReferenceViewProps): JSX.Element {
  return (
    <div class="document">
      <Answer answer={reference}>
        {(value) => (
          <>
            <section>
              <h2>Message classes</h2>
              {value.classes.length === 0 && (
                <p class="hint">
                  The application has no message class: a class with <code>@MessageSchema()</code>.
                </p>
              )}
              {value.classes.map((messageClass) => (
                <MessageClass key={messageClass.schema} messageClass={messageClass} bus={bus} />
              ))}
            </section>
            <section>
              <h2>AsyncAPI</h2>
              <AsyncApi document={value.asyncapi} error={value.asyncapiError} />
            </section>
          </>
        )}
      </Answer>
    </div>
  );
}
