import type { JSX } from 'preact';
import { useContext } from 'preact/hooks';
import { PageContext } from './page.js';
import { Icon } from './parts/icon.js';
import type { State } from './state/state.js';

/** What an action did, or why it failed. */
export function Notice({ notice }: Pick<State, 'notice'>): JSX.Element {
  const page = useContext(PageContext);
  // The region is always there, because screen readers tell changes of a region that they know.
  return (
    <div class="notices" role="status">
      {notice && (
        <p class={notice.isError ? 'notice problem' : 'notice'}>
          {notice.text}
          <button type="button" class="quiet" aria-label="Dismiss" onClick={() => page.dismissNotice()}>
            <Icon name="close" />
          </button>
        </p>
      )}
    </div>
  );
}
