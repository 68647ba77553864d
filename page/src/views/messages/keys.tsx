import type { JSX } from 'preact';
import { KEYS } from '../../keyboard.js';
import { Folding } from '../../parts/folding.js';

/** The keys of the page. */
export function Keys(): JSX.Element {
  return (
    <Folding class="keys" title="Keys">
      {() => (
        <dl>
          {KEYS.map(([key, meaning]) => (
            <div key={key}>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{meaning}</dd>
            </div>
          ))}
        </dl>
      )}
    </Folding>
  );
}
