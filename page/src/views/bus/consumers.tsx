import type { JSX } from 'preact';
import { useContext } from 'preact/hooks';
import type { ConsumerState } from '../../../../lib/page/protocol.js';
import { PageContext } from '../../page.js';
import { ActionButton } from '../../parts/action-button.js';
import { ErrorText } from '../../parts/error-text.js';
import { Time } from '../../parts/time.js';
import { compact, count } from '../../text/numbers.js';
import { MEANINGS, SETTLED } from '../../text/outcomes.js';
import { Figure, Figures } from './figures.js';
import { Percentiles } from './percentiles.js';

interface ConsumersProps {
  readonly consumers: readonly ConsumerState[];
  readonly hasActions: boolean;
  /** Whether the application has several buses. */
  readonly hasBuses: boolean;
}

export function Consumers({ consumers, hasActions, hasBuses }: ConsumersProps): JSX.Element {
  if (consumers.length === 0) return <p class="hint">This application consumes nothing.</p>;
  return (
    <>
      {consumers.map((consumer) => (
        <Consumer
          key={`${consumer.bus} ${consumer.name} ${consumer.queue}`}
          consumer={consumer}
          hasActions={hasActions}
          hasBus={hasBuses}
        />
      ))}
    </>
  );
}

interface ConsumerProps {
  readonly consumer: ConsumerState;
  readonly hasActions: boolean;
  readonly hasBus: boolean;
}

function Consumer({ consumer, hasActions, hasBus }: ConsumerProps): JSX.Element {
  const { name, queue, bus, state, prefetch, outcomes, durations, lastError } = consumer;
  return (
    <article class="card" aria-label={`Consumer ${name}`}>
      <header>
        <h3>{name}</h3>
        <span class={`state state-${state}`}>{state}</span>
        <span class="hint">
          queue <code>{queue}</code>
          {hasBus && `, bus ${bus}`}
        </span>
        {hasActions && <PauseButton consumer={consumer} />}
      </header>
      <Figures title="Messages">
        {SETTLED.map((outcome) => (
          <Figure
            key={outcome}
            name={outcome}
            value={compact(outcomes[outcome])}
            title={`${count(outcomes[outcome])}: ${MEANINGS[outcome]}`}
            isZero={outcomes[outcome] === 0}
            icon={outcome}
          />
        ))}
      </Figures>
      <Figures title="Now">
        <Figure name="in hand" value={count(consumer.inHand)} isZero={consumer.inHand === 0} />
        <Figure name="prefetch" value={prefetch === 0 ? 'no limit' : count(prefetch)} />
        <Figure name="concurrency" value={count(consumer.concurrency)} />
        <Figure
          name="retries waiting"
          value={count(consumer.retriesWaiting)}
          title="In this process and in the broker, which is asked every five seconds."
          isZero={consumer.retriesWaiting === 0}
        />
      </Figures>
      <Percentiles title="Durations" what="handlers" values={durations} />
      {lastError && (
        <div class="last-error">
          <p>
            <b>Last error</b> <Time at={lastError.at} hasDay />
            {lastError.messageId && (
              <>
                , message <code>{lastError.messageId}</code>
              </>
            )}
          </p>
          <ErrorText error={lastError} />
        </div>
      )}
    </article>
  );
}

function PauseButton({
  consumer: { bus, name, queue, state },
}: {
  consumer: ConsumerState;
}): JSX.Element | null {
  const page = useContext(PageContext);
  if (state === 'stopped') return null;
  const isPaused = state === 'paused';
  return (
    <ActionButton
      icon={isPaused ? 'play' : 'pause'}
      label={`${isPaused ? 'Resume' : 'Pause'} the consumer ${name}`}
      act={() => page.act(isPaused ? 'resume' : 'pause', { bus, consumer: name, queue })}
    >
      {isPaused ? 'Resume' : 'Pause'}
    </ActionButton>
  );
}
