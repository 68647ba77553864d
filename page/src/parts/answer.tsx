import type { ComponentChildren, JSX } from 'preact';
import type { Fetched } from '../state/state.js';

interface AnswerProps<T> {
  readonly answer: Fetched<T> | undefined;
  readonly children: (value: T) => ComponentChildren;
}

/** What was fetched, or that it is on its way, or why it could not be fetched. */
export function Answer<T>({ answer, children }: AnswerProps<T>): JSX.Element {
  if (answer === undefined || answer === 'loading') return <p class="hint">Loading …</p>;
  if ('error' in answer) return <p class="hint problem">{answer.error}</p>;
  return <>{children(answer.value)}</>;
}
