import type { JSX } from 'preact';
import { useContext, useState } from 'preact/hooks';
import type { ConsumerState } from '../../../../lib/page/protocol.js';
import { SEARCH_ID } from '../../keyboard.js';
import { PageContext } from '../../page.js';
import { Icon } from '../../parts/icon.js';
import { FILTER_NAMES, type Filters, hasFilters } from '../../state/filters.js';
import { outcomeName, OUTCOMES, SEVERITIES } from '../../text/outcomes.js';
import { ChoiceFilter, TextFilter } from './filter-fields.js';

interface FilterBarProps {
  readonly filters: Filters;
  readonly consumers: readonly ConsumerState[];
}

/** The filters that are folded at first. */
const RARE_FILTERS = ['schema', 'user', 'package', 'consumer'] as const;

export function FilterBar({ filters, consumers }: FilterBarProps): JSX.Element {
  const page = useContext(PageContext);
  const [isOpen, setOpen] = useState(() => RARE_FILTERS.some((name) => filters[name] !== undefined));
  const active = FILTER_NAMES.filter((name) => filters[name] !== undefined).length;
  const names = [...new Set(consumers.map(({ name }) => name))];
  return (
    <form
      class={isOpen ? 'filters is-open' : 'filters'}
      role="search"
      aria-label="Filters"
      onSubmit={(event) => event.preventDefault()}
    >
      <label class="search">
        <span class="unseen">Text in topic, schema, summary, names, ID or error</span>
        <Icon name="search" />
        <TextFilter name="text" filters={filters} id={SEARCH_ID} placeholder="Search   /" />
      </label>
      <div class="filter-main">
        <label class="wide">
          <span>Topic</span>
          <TextFilter name="topic" filters={filters} placeholder="org.*.prod.#" />
        </label>
        <ChoiceFilter
          name="outcome"
          label="Outcome"
          filters={filters}
          choices={OUTCOMES}
          nameOf={outcomeName}
        />
        <ChoiceFilter name="severity" label="Severity" filters={filters} choices={SEVERITIES} />
      </div>
      <div class="filter-buttons">
        <button type="button" class="quiet" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? 'Fewer filters' : 'More filters'}
          {active > 0 && ` (${active})`}
        </button>
        {hasFilters(filters) && (
          <button type="button" class="quiet" onClick={() => page.clearFilters()}>
            Clear
          </button>
        )}
      </div>
      <div class="filter-rare">
        <label class="wide">
          <span>Schema</span>
          <TextFilter name="schema" filters={filters} />
        </label>
        <label>
          <span>User</span>
          <TextFilter name="user" filters={filters} />
        </label>
        <label>
          <span>Package</span>
          <TextFilter name="package" filters={filters} />
        </label>
        <ChoiceFilter name="consumer" label="Consumer" filters={filters} choices={names} />
      </div>
    </form>
  );
}
